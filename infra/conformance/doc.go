// Package conformance drives the local cloud with the unmodified official Huawei Cloud SDK, against state set up through the API.
// `make conformance` starts the local cloud and names its ready file in READY_FILE.
package conformance
