// Package rest is the HTTP side of every function: operations with their schemas and who may call them, errors of one shape, paging,
// idempotency, and the adapter between API Gateway's events and net/http.
//
// Operations are huma's, on net/http's ServeMux. What huma or ServeMux do otherwise than the BSS API is mended here, in one file for
// each mending: gate.go (404, 405, 413, 415, 429, credentials), errors.go (the shape of errors), body.go (strict and lenient
// JSON), lambda.go (paths that arrive decoded), schema.go (names of schemas).
//
// Source: DESIGN.md "Parts and libraries", BSS_API.md G.
package rest
