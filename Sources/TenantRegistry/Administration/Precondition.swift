/// What must be so of a resource for a change of it to be made. It is handed the resource as it is
/// while nobody else can change it; if it throws, nothing is changed.
public typealias Precondition<Resource> = @Sendable (Resource) throws -> Void
