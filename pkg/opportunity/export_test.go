package opportunity

// HeldBy is heldBy for tests.
var HeldBy = heldBy
