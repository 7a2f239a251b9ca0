/** Set by a person, it lets the merge delete what the plan says it would delete. */
export const CONFIRM_DELETION = "confirm-deletion";
