// What the author of a store needs beside the types of the main entry point.
export { markOf } from './port/mark.ts'
export { conflict, notEligible, refusalOf, refused, userNotFound } from './port/refusals.ts'
export { DeadlineError, within } from './port/within.ts'
