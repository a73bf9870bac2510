// Package browser opens the pages that partners get by mail and SMS in a real browser: the one that this machine has, driven by playwright-core. Where
// there is none the test is skipped, with its reason.
package browser
