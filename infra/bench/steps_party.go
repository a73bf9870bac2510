package main

func partySteps() []step {
	const parties, keys, users = "/v2/vendor/parties", "/v2/iam/access-keys", "/v2/iam/users"
	return []step{
		{"CreateParty", vendor, "POST", parties, `{"party_id":"partner-2","kind":"partner","name":"P","administrator":{"name":"A"}}`},
		{"ShowParty", vendor, "GET", parties + "/partner-2", ""},
		{"ListParties", vendor, "GET", parties + "?kind=partner&month=2026-12", ""},
		{"SetPartyStanding", vendor, "PUT", parties + "/partner-2/standing", `{"standing":"frozen","reason":"bench"}`},
		{"InviteUser", vendor, "POST", users, `{"name":"B","email":"b@vendor.example","roles":["finance"]}`},
		{"ListUsers", vendor, "GET", users, ""},
		{"SetUserRoles", vendor, "PUT", users + "/{user_id}/roles", `{"roles":["admin"]}`},
		{"", vendor, "POST", keys, `{"user_id":"{user_id}"}`},
		{"IssueAccessKey", vendor, "POST", keys, `{"user_id":"{user_id}"}`},
		{"ListAccessKeys", vendor, "GET", keys + "?user_id={user_id}", ""},
		{"SetAccessKeyStatus", vendor, "PUT", keys + "/{access_key}", `{"status":"disabled"}`},
		{"DeleteAccessKey", vendor, "DELETE", keys + "/{access_key}", ""},
		{"RemoveUser", vendor, "DELETE", users + "/{user_id}", ""},
		{"CreateRole", "partner partner", "POST", "/v2/iam/roles", `{"name":"R","permissions":["customer:read"]}`},
		{"ChangeRole", "partner partner", "PUT", "/v2/iam/roles/{role_id}", `{"name":"R","permissions":["customer:read","customer:report"]}`},
		{"DeleteRole", "partner partner", "DELETE", "/v2/iam/roles/{role_id}", ""},
		{"ListRoles", "partner partner", "GET", "/v2/iam/roles", ""},
		{"ListFailedWork", vendor, "GET", "/v2/vendor/failed-work", ""},
		{"RedriveFailedWork", vendor, "POST", "/v2/vendor/failed-work/" + failedID + "/redrive", ""},
	}
}
