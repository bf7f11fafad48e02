import Yams

/// A dedicated tenant's Deployment, as far as it is compared with the registry.
struct RenderedDeployment: Equatable {
  let namespace: String?
  /// What its pods are told, as far as the stream has it.
  let settings: [String: String]
  /// What they take settings from besides, such as `the Secret more`.
  let unread: [String]

  /// Those in what kustomize renders.
  ///
  /// - Parameter stream: Kubernetes objects in YAML; those of other kinds are passed over.
  static func all(in stream: String) throws -> [RenderedDeployment] {
    var settings: [Name: [String: String]] = [:]
    var workloads: [(namespace: String?, containers: [Container])] = []
    var nodes = try compose_all(yaml: stream)
    let decoder = YAMLDecoder()
    while let node = nodes.next() {
      switch node["kind"]?.string {
      case "ConfigMap":
        let map = try decoder.decode(ConfigMap.self, from: node)
        settings[map.metadata] = map.data ?? [:]
      case "Deployment":
        let deployment = try decoder.decode(Deployment.self, from: node)
        workloads.append(
          (deployment.metadata.namespace, deployment.spec.template.spec.containers))
      default: continue
      }
    }
    if let error = nodes.error { throw error }
    return workloads.flatMap { namespace, containers in
      containers.map { RenderedDeployment($0, namespace, settings) }
        .filter { $0.settings[ConfigurationKey.mode.rawValue] == "dedicated" }
    }
  }

  /// As a kubelet puts a container's environment together: of several the last counts, and `env`
  /// before `envFrom`.
  private init(
    _ container: Container, _ namespace: String?, _ configMaps: [Name: [String: String]]
  ) {
    var settings: [String: String] = [:]
    var unread: [String] = []
    for source in container.envFrom ?? [] {
      let map = source.configMapRef.flatMap {
        configMaps[Name(name: $0.name, namespace: namespace)]
      }
      if let map {
        for (key, value) in map { settings[(source.prefix ?? "") + key] = value }
      } else if let name = source.configMapRef?.name {
        unread.append("the ConfigMap \(name)")
      } else if let name = source.secretRef?.name {
        unread.append("the Secret \(name)")
      }
    }
    for variable in container.env ?? [] {
      settings[variable.name] = variable.value
      if variable.isElsewhere, compared.contains(variable.name) {
        unread.append("elsewhere for \(variable.name)")
      }
    }
    self.namespace = namespace
    self.settings = settings
    self.unread = unread
  }
}

/// What overlays and the registry are compared by.
private let compared: Set<String> = [
  ConfigurationKey.tenantID.rawValue, ConfigurationKey.tenantLogin.rawValue,
  ConfigurationKey.publicURL.rawValue, ConfigurationKey.baseDomains.rawValue,
]

private struct Name: Decodable, Hashable {
  let name: String
  let namespace: String?
}

private struct ConfigMap: Decodable {
  let metadata: Name
  let data: [String: String]?
}

private struct Deployment: Decodable {
  struct Spec: Decodable {
    let template: Template
  }

  struct Template: Decodable {
    let spec: PodSpec
  }

  struct PodSpec: Decodable {
    let containers: [Container]
  }

  let metadata: Name
  let spec: Spec
}

private struct Container: Decodable {
  struct Source: Decodable {
    struct Reference: Decodable {
      let name: String
    }

    let prefix: String?
    let configMapRef: Reference?
    let secretRef: Reference?
  }

  struct Variable: Decodable {
    let name: String
    /// Nil for what the cluster fills in.
    let value: String?
    /// Whether it is in a ConfigMap, a Secret or a field.
    let isElsewhere: Bool

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name = try fields.decode(String.self, forKey: .name)
      value = try fields.decodeIfPresent(String.self, forKey: .value)
      isElsewhere = fields.contains(.valueFrom)
    }

    private enum CodingKeys: String, CodingKey {
      case name, value, valueFrom
    }
  }

  let envFrom: [Source]?
  let env: [Variable]?
}
