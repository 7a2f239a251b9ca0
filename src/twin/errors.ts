/** An answer of AWS that is an error, in the form in which the SDK gives it to its callers. */
export function awsError(code: string, message: string, status = 400): Error {
  const error = new Error(message);
  error.name = code;
  return Object.assign(error, {
    $fault: status >= 500 ? "server" : "client",
    $metadata: { httpStatusCode: status },
  });
}

/** An error that IAM or Elastic Load Balancing has a shape for: the SDK names it after its class, and keeps the code. */
export function queryError(code: string, message: string, status = 400): Error {
  return Object.assign(awsError(`${code}Exception`, message, status), { Code: code });
}

/** A connection that broke before the answer came. */
export function connectionLost(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

/** EC2 puts the kind of thing and its id into this one sentence for everything that can be in the way. */
export function dependencyViolation(what: string, id: string): Error {
  return awsError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);
}
