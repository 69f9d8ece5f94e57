// What the author of a store needs beside the types of the main entry point.
export type { OptionRule } from './port/check-options.ts'
export {
  aFlag,
  aFunction,
  aText,
  checkNames,
  checkOptions,
  oneOf,
  optional,
  wholeNumber,
} from './port/check-options.ts'
export { foldedText } from './port/folded-text.ts'
export { markOf } from './port/mark.ts'
export { nearestName } from './port/nearest-name.ts'
export { conflict, notEligible, refusalOf, refused, userNotFound } from './port/refusals.ts'
export { safeCauseOf } from './port/safe-error.ts'
export type { NamedKey } from './port/secret.ts'
export { foreignLabel, keysOf } from './port/secret.ts'
export { boundedText } from './port/visible-text.ts'
export { DeadlineError, within } from './port/within.ts'
