import HTTPTypes

extension Problem {
  /// 412: the resource's state is not one that the field, `If-Match` or `If-None-Match`, lets pass.
  public static func preconditionFailed(_ field: HTTPField.Name) -> Problem {
    Problem(
      .preconditionFailed, type: "precondition-failed",
      title: "What is there is not what the request is for",
      detail: "nothing was changed, since its ETag is "
        + (field == .ifMatch ? "none of those in If-Match" : "one of those in If-None-Match")
        + ": get it again, and decide by what it is now")
  }
}
