package main

// renewalTaskSteps are how a partner sees to it that large orders are renewed.
func renewalTaskSteps() []step {
	const partner, tasks = "partner partner", "/v2/partners/renewal-tasks"
	const days = `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31"}`
	return []step{
		{"EnrolRenewalTaskPartner", vendor, "PUT", "/v2/vendor/renewal-tasks/partners/partner", ""},
		{"RenewalTaskGeneration", "partner", work, "PARTY#partner RENEWALGENERATION", "renewal_generation"},
		{"ListRenewalTasks", partner, "GET", tasks, ""},
		{"ShowRenewalTask", partner, "GET", tasks + "/{task_id}", ""},
		{"HandleRenewalTask", partner, "POST", tasks + "/{task_id}/handling", `{"contact_result":"REACHED","intention":"YES"}`},
		{"CreateRenewalTaskExport", partner, "POST", tasks + "/exports", days},
		{"ListRenewalTaskExports", partner, "GET", tasks + "/exports", ""},
		{"ShowRenewalTaskExport", partner, "GET", tasks + "/exports/{export_id}", ""},
	}
}
