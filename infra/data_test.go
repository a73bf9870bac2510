package main

import (
	"testing"

	"partnercenter/pkg/system"
)

func TestDataOutlivesItsStackInProdAndNotInDev(t *testing.T) {
	for _, c := range []struct {
		stage, policy string
		protected     bool
		pool          string
	}{{"dev", "Delete", false, "INACTIVE"}, {prod, "Retain", true, "ACTIVE"}} {
		data := synthesize(t, c.stage).data
		for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Cognito::UserPool"} {
			for id, r := range data.of(kind) {
				if r.DeletionPolicy != c.policy {
					t.Errorf("%s: %s has the policy %s, want %s", c.stage, id, r.DeletionPolicy, c.policy)
				}
			}
		}
		for id, r := range data.of("AWS::DynamoDB::Table") {
			if r.at("DeletionProtectionEnabled") != c.protected {
				t.Errorf("%s: %s has deletion protection %v", c.stage, id, r.at("DeletionProtectionEnabled"))
			}
		}
		for id, r := range data.of("AWS::Cognito::UserPool") {
			if r.at("DeletionProtection") != c.pool {
				t.Errorf("%s: %s has deletion protection %v", c.stage, id, r.at("DeletionProtection"))
			}
		}
	}
}

func TestTheTableCanBeRestoredAndIsEncryptedByOurKey(t *testing.T) {
	data := synthesize(t, prod).data
	tables := data.of("AWS::DynamoDB::Table")
	if len(tables) != 1 {
		t.Fatalf("%d tables, want one", len(tables))
	}
	for id, table := range tables {
		if table.at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != true {
			t.Errorf("%s can't be restored to a point in time", id)
		}
		key := data[target(table.at("SSESpecification", "KMSMasterKeyId"))]
		if key.Type != "AWS::KMS::Key" || key.at("EnableKeyRotation") != true {
			t.Errorf("%s is encrypted by %v", id, key.Properties)
		}
		if table.at("StreamSpecification", "StreamViewType") != "NEW_AND_OLD_IMAGES" {
			t.Errorf("%s streams %v", id, table.at("StreamSpecification"))
		}
		if table.at("BillingMode") != "PAY_PER_REQUEST" || table.at("TimeToLiveSpecification", "AttributeName") != system.Table().TTL {
			t.Errorf("%s: %v, %v", id, table.at("BillingMode"), table.at("TimeToLiveSpecification"))
		}
		if indexes, _ := table.at("GlobalSecondaryIndexes").([]any); len(indexes) != len(system.Table().Indexes) {
			t.Errorf("%s has %d indexes, want %d", id, len(indexes), len(system.Table().Indexes))
		}
	}
}

func TestPeopleSignInWithASecondFactorAndNobodySignsUp(t *testing.T) {
	for id, pool := range synthesize(t, "dev").data.of("AWS::Cognito::UserPool") {
		if pool.at("MfaConfiguration") != "ON" || pool.at("AdminCreateUserConfig", "AllowAdminCreateUserOnly") != true {
			t.Errorf("%s: MFA %v, %v", id, pool.at("MfaConfiguration"), pool.at("AdminCreateUserConfig"))
		}
		if length, _ := pool.at("Policies", "PasswordPolicy", "MinimumLength").(float64); length < 12 {
			t.Errorf("%s takes passwords of %v characters", id, length)
		}
	}
}
