// Package notices says what is told of opportunities: to partners, at once, how the vendor decided and what it shares; on mornings, as a source of their
// digests, which HOs wait for an answer; to the vendor, which audits last too long. It is said in Chinese and English.
//
// It is apart from package opportunity so that no function links the words and the layout but those that send them.
//
// Source: DOMAIN.md 12.
package notices
