// What the author of a store needs beside the types of the main entry point.
export type { OptionRule } from './port/check-options.ts'
export {
  aFlag,
  aFunction,
  aText,
  checkNames,
  checkOptions,
  checkReadable,
  oneOf,
  optional,
  readable,
  wholeNumber,
} from './port/check-options.ts'
export { isMark, markOf } from './port/mark.ts'
export { conflict, notEligible, refusalOf, refused, userNotFound } from './port/refusals.ts'
export { safeCauseOf } from './port/safe-error.ts'
export type { NamedKey } from './port/secret.ts'
export { foreignLabel, keysOf } from './port/secret.ts'
export { factsProblem, shownFacts } from './port/shown-facts.ts'
export { lateWriteSecondsOverTcp } from './port/user-store.ts'
export { atOnce, DeadlineError, within } from './port/within.ts'
export { isWellFormed } from './reset/check-request.ts'
export { foldedText } from './text/folded-text.ts'
export { nearestName } from './text/nearest-name.ts'
export { searchParts, searchSpellings } from './text/search-parts.ts'
export { boundedText } from './text/visible-text.ts'
