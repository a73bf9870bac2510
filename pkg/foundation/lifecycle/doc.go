// Package lifecycle does what is due. Whatever must happen later carries on its own item what is to be done and when, in a sharded
// sparse index. A sweep asks each shard what is due and sends it to a queue, in order, by account; the worker does each piece on the
// condition that it is still due. A missed hour, a double tick or a week's outage end in the same state.
//
// What fails is tried again after a while, and in the end stands on a list that operators see, so that poison leaves the head of its
// queue.
//
// Source: DESIGN.md "What happens later", MECHANICS.md "Due work".
package lifecycle
