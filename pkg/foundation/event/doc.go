// Package event is the outbox and the audit trail. An event is an item, written in the transaction of the change that it tells of, under the
// key of who owns what changed, so that one owner's events stay in order. The table's stream carries it to the notifications queue.
//
// Every state change has exactly one event. A consumer goes by the event's id, since it may see an event twice, and reads the subject
// again before it tells anybody.
//
// Keys: PARTY#<owner> / EVENT#<time>#<id>. Access patterns: an owner's events by time; all new ones by the stream.
//
// Source: DESIGN.md "What happens later", CASES.md "Invariants" 9.
package event
