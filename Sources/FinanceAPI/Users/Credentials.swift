/// What a user registers and logs in with.
struct Credentials: Sendable {
  let username: Username
  let password: Password
}
