import type { Operator } from '../../reset/config.ts'
import type { Hears } from '../../reset/heard.ts'
import { heard } from '../../reset/heard.ts'
import { boundedText } from '../../text/visible-text.ts'
import type { ConfirmedOptions, SentCodeOptions } from './methods.ts'
import type { Settings } from './options.ts'

const codeTemplate =
  '{code} is your code for {helpDesk}. {operator} asks for it. Read it out only if you rang us ' +
  'just now. If you did not, tell nobody and ring {contact}.'

const confirmationTemplate =
  '{operator} of {helpDesk} is about to set a new password for you. Confirm only if you rang us ' +
  'just now. If you did not, deny, and ring {contact}.'

/** Longest name of an operator in a message, in characters. */
const longestName = 64

/** The whole message with a code: `4829 1306 is your code for …`. */
export function codeMessage<O extends Operator>(
  { helpDesk, contact, template = codeTemplate }: SentCodeOptions<O>,
  code: string,
  operator: string,
): string {
  return filled(template, { code: spacedCode(code), helpDesk, contact, operator })
}

/** The question to a person on a device of their own. */
export function confirmationMessage(
  { helpDesk, contact, template = confirmationTemplate }: ConfirmedOptions,
  operator: string,
): string {
  return filled(template, { helpDesk, contact, operator })
}

/** A code as people read it out: `4829 1306`. */
export function spacedCode(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`
}

/** One pass: a name in braces within a name stays as it is. */
function filled(template: string, names: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (braces, name: string) =>
    Object.hasOwn(names, name) ? String(names[name]) : braces,
  )
}

/** How the person, or a voucher, reads the name of the operator. */
export function nameOf<O extends Operator>(
  hears: Hears,
  { operatorName }: Settings<O>,
  operator: O,
): string {
  const given =
    operatorName &&
    heard(
      hears,
      'operator_name',
      () => operatorName(operator),
      (name) => typeof name === 'string',
    )
  return boundedText(given || operator.username || operator.id, longestName)
}
