// Package invoice owns the invoices between partners and the vendor, in both directions.
//
// From a partner to the vendor: invoice lists (开票清单), which say what a partner is to invoice for a payment request, be it for incentives, for a
// KooGallery bill (云商店商品账单) or for a procurement-involved bill (采购介入类账单); the partner's invoices, as they are registered, mailed,
// received and decided on; and those two bills, from their lines to their payment.
//
// From the vendor to partners and customers: the one invoice info (发票信息) of an account, with its review, and the requests for invoices of the
// vendor, with their return (退票).
//
// The grain of an invoice list is one tax rate of one payment request: different rates need separate invoices. A list begins as a draft, in the
// transaction that makes the payment request. It is issued by due work of its own, once nothing stands in the way: then it gets its number, next
// in the series of the list's issuer and the Beijing year, and its content, which is an item that is created in that transaction and never
// written again. The issuer of a list is the company of the vendor that is to be invoiced, since the list is its document; its code is the
// buyer's, such as HWC.
//
// It does not own: payment requests for incentives and business information (package incentive), what customers consumed (package account), both of
// which are handed in as [Parts]; letters, pages and reminders, which are sub-packages, so that no function links words that it does not say.
//
// Source: DOMAIN.md 7, 8, 9.
package invoice
