// Package function is how the system says what its Lambda functions are: one [Declaration] per function, with its trigger,
// what it may touch, and its handler. The Lambda binary starts the declaration ([Start]), the CDK app provisions it, and the
// local cloud invokes it ([Invoker]) with the same JSON events. Nothing about a function is said a second time.
package function
