/// The text of a dedicated tenant's overlay, and of the kustomization that adds its Secrets.
struct OverlayFiles {
  let slug: String
  let displayName: String
  let host: String
  let namespace: String
  let tenantID: String
  let login: String

  var overlay: String {
    """
    # \(displayName), dedicated: \(host), in a deployment and a namespace of its own.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: \(namespace)
    resources:
      - ../../base
    components:
      - ../../components/dedicated
    configMapGenerator:
      - name: terrace
        behavior: merge
        literals:
          - TERRACE_TENANT_ID=\(tenantID)
          - TERRACE_TENANT_LOGIN=\(login)
    labels:
      - pairs:
          app.kubernetes.io/instance: \(slug)

    """
  }

  var secrets: String {
    """
    # overlays/\(slug) with its Secrets, from files that `terrace overlay \(slug)` makes and git ignores.
    # A Secret's name ends with a hash of what is in it, so that a new one rolls the pods.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - ../../overlays/\(slug)
    secretGenerator:
      - name: terrace
        namespace: \(namespace)
        files: [tenant-password, tenant-key, database-ca.crt]
      - name: terrace-public-tls
        namespace: \(namespace)
        type: kubernetes.io/tls
        files: [tls.crt, tls.key, ca.crt=gateway-ca.crt]

    """
  }
}
