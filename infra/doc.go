// Command infra is the CDK app: the system as AWS resources. It reads what the system consists of from package system, so that no route,
// queue, schedule or grant is typed here. The data stack holds what must outlive code; the API stack holds everything else.
//
// Context: stage (dev or prod), admin (address of the first vendor administrator), mail (domain or address that mails come from),
// alarms (address that alarms go to; empty is nobody), origins (CORS, comma-separated), site (base URL of links in mails; empty is the
// API's own), region, vendor and vendorEn (the vendor's name in Chinese and English), trusted (hosts that links may lead to without a warning,
// comma-separated).
package main
