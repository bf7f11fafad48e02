/// The answer of `GET /admin/nodes`.
struct NodeListBody: Encodable {
  let nodes: [NodeBody]
}
