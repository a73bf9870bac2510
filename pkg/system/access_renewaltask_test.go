package system_test

import "partnercenter/pkg/foundation/auth"

const keepsTasks = "admin account_manager supervisor sales"

var accessOfRenewalTask = map[string]who{
	"ListRenewalTasks":        ofPartners(keepsTasks),
	"ShowRenewalTask":         ofPartners(keepsTasks),
	"HandleRenewalTask":       ofPartners(keepsTasks),
	"CreateRenewalTaskExport": ofPartners(keepsTasks),
	"ListRenewalTaskExports":  ofPartners(keepsTasks),
	"ShowRenewalTaskExport":   ofPartners(keepsTasks),
	"EnrolRenewalTaskPartner": {auth.Vendor: "admin operations"},
}
