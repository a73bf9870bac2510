package notify

import "testing"

func TestMasksHideTheMiddle(t *testing.T) {
	mobiles := map[string]string{
		"13823624961": "138****4961", "+8613823624961": "+86*******4961", "12345678": "********", "": "",
	}
	for number, want := range mobiles {
		if got := MaskMobile(number); got != want {
			t.Errorf("mobile %q: %q, want %q", number, got, want)
		}
	}
	emails := map[string]string{
		"apollo@customer.example": "a***@customer.example", "李雷@customer.example": "李***@customer.example",
		"@customer.example": "*****************", "nobody": "******",
	}
	for address, want := range emails {
		if got := MaskEmail(address); got != want {
			t.Errorf("email %q: %q, want %q", address, got, want)
		}
	}
}

func TestAddressIsNamedWhateverItsCase(t *testing.T) {
	if hashOf("A@b.example") != hashOf(" a@B.EXAMPLE ") {
		t.Error("two names for one address")
	}
}

func TestLocaleIsChineseUnlessEnglish(t *testing.T) {
	for name, want := range map[string]Locale{"zh-CN": Chinese, "en-US": English, "EN": English, "": Chinese, "fr": Chinese} {
		if got := LocaleOf(name); got != want {
			t.Errorf("locale %q: %s, want %s", name, got, want)
		}
	}
}

func TestNumberWithoutACountryIsChinas(t *testing.T) {
	for number, want := range map[string]string{
		"13823624961": "+8613823624961", "138 2362-4961": "+8613823624961", "+85212345678": "+85212345678", "0085212345678": "+85212345678",
	} {
		if got := E164(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
}
