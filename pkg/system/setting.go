package system

import (
	"slices"

	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
	uploads "partnercenter/pkg/foundation/upload/s3"
)

// Settings names the settings that a function is given: those that its grants and its trigger imply and those that it names, and no others.
func Settings(d function.Declaration) []string {
	names := slices.Clone(d.Settings)
	for _, g := range d.Grants {
		names = append(names, implied(g.On)...)
	}
	if d.HTTP != nil { // who calls, and from where
		names = append(names, function.SettingIssuer, function.SettingClient, function.SettingOrigins)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// stores names the setting of each bucket.
var stores = map[string]string{address.Bucket.Name: function.SettingExports, uploads.Bucket.Name: function.SettingUploads}

func implied(r function.Resource) []string {
	switch r.Kind {
	case function.KindTable, function.KindIndex:
		return []string{function.SettingTable}
	case function.KindQueue:
		return []string{function.QueueSetting(r.Name)}
	case function.KindKey:
		return []string{function.SettingKey}
	case function.KindMail:
		return []string{function.SettingMailFrom, function.SettingMailSet, function.SettingSite}
	case function.KindSMS:
		return []string{function.SettingSite}
	case function.KindStore:
		return []string{stores[r.Name]}
	case function.KindPool:
		return []string{function.SettingPool}
	default:
		panic("no settings are known of a " + string(r.Kind))
	}
}
