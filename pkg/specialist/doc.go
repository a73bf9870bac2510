// Package specialist owns a partner's project specialists (项目专员) and their certificates: who is invited to belong to the partner with a personal
// account, who of them is a project specialist, which certificates count for the partner, and what the vendor reviews of all that.
//
// A member is one personal account at one partner; its item goes through the whole state machine, as often as the account is invited again. The
// account itself is the outside identity platform's: the platform hands it in by SetPersonalAccount, and a person is known here by its account
// alone. One account is bound to one partner at a time; the condition for that is the account's item, which every binding and unbinding writes.
//
// A certificate is one item, held by one account and claimed by its number, so that no two accounts hold one number. While the account is bound, the
// item stands in the partner's list and counts for it; unbinding takes it out in the same transaction, and a transfer moves it. So a certificate is
// never counted twice.
//
// It does not own: who may sign in (packages auth and party), which programmes a partner has joined (handed in, see [Parts]), files and where they
// are (package upload), how mails and pages look.
//
// Source: DOMAIN.md 13.
package specialist
