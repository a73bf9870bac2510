// Package system is the one list of what the system consists of: its functions, its queues and its table. The CDK app and the local cloud
// read it; no function links it. Functions that serve several capabilities are declared in packages below it.
//
// Source: DESIGN.md "The five ideas" 2.
package system
