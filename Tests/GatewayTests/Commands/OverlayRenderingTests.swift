import Foundation
import Testing

@testable import Gateway

/// What is read of the objects that kustomize renders.
struct OverlayRenderingTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").path

  private static func deployments(_ file: String) throws -> [RenderedDeployment] {
    try RenderedDeployment.all(
      in: String(contentsOfFile: "\(repository)/Tests/kubernetes/golden/\(file)", encoding: .utf8))
  }

  @Test func aTenantsOverlayIsReadAsItIsRecorded() throws {
    let deployment = try #require(try Self.deployments("acme.yaml").first)
    let overlay = OverlayFolder.Overlay(
      slug: "acme", hosts: ["a.example"], deployment, missingFiles: ["tls.key"])
    #expect(
      overlay
        == .init(
          slug: "acme", namespace: "tenant-acme",
          tenantID: "6f9d2c1e-5b0a-4a53-9d5e-0c1f7a3b8e21", login: "terrace_t_acme",
          hosts: ["a.example", "acme.finance.example"], servedHosts: ["acme.finance.example"],
          missingFiles: ["tls.key"]))
  }

  @Test func thePlatformIsNoTenants() throws {
    #expect(try Self.deployments("platform.yaml").isEmpty)
  }

  @Test func settingsCountAsAPodGetsThem() throws {
    let deployments = try RenderedDeployment.all(
      in: """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: other, namespace: here}
        spec: {template: {spec: {containers: [{name: other}]}}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: terrace, namespace: here}
        spec:
          template:
            spec:
              containers:
                - name: beside
                - name: terrace
                  env:
                    - {name: B, value: of env}
                    - {name: C, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: TERRACE_TENANT_ID, valueFrom: {secretKeyRef: {name: s, key: k}}}
                  envFrom:
                    - configMapRef: {name: one}
                    - configMapRef: {name: two}
                    - {prefix: P_, configMapRef: {name: two}}
                    - configMapRef: {name: away}
                    - secretRef: {name: more}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, namespace: here}
        data: {TERRACE_MODE: dedicated, A: of one, B: of one, C: of one}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: two, namespace: here}
        data: {A: of two}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: two, namespace: elsewhere}
        data: {A: of another}
        """)
    try #require(deployments.count == 1)
    #expect(deployments[0].namespace == "here")
    #expect(
      deployments[0].settings
        == ["TERRACE_MODE": "dedicated", "A": "of two", "P_A": "of two", "B": "of env"])
    #expect(
      deployments[0].unread == [
        "the ConfigMap away", "the Secret more", "elsewhere for TERRACE_TENANT_ID",
      ])
  }
}
