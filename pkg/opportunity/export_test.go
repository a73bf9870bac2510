package opportunity

// What tests see besides.
var (
	HeldBy      = heldBy
	MaskCompany = maskCompany
	Step        = Opportunity.step
)
