/// The tenant has a user of this name.
struct UsernameTaken: Error {}
