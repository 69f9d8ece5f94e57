import { join } from 'node:path'
import type { FailureCode, ForceResetConfig, Operator, PasswordFormat } from '@force-reset/core'
import {
  characters,
  checkForceResetConfig,
  entropyBits,
  explainFailure,
  forceReset,
  grouped,
  passphrase,
} from '@force-reset/core'
import type { MemoryUserStoreOptions } from '@force-reset/core/testing'
import { memoryUserStore } from '@force-reset/core/testing'
import ts from 'typescript'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { complaintsAbout, programOf, root } from './compile.fixture.ts'
import { openGuide } from './guide/guide.fixture.ts'

const { text, blocks } = await openGuide('configuration.md')

/** The surroundings of the page's example. */
const application = `
import type { User, UserStore } from '@force-reset/core'
export declare const store: UserStore
export declare const auditTrail: { append(event: object): Promise<void> }
export declare const sessions: { end(userId: string): Promise<number> }
export declare const mail: { tell(user: User, words: string): Promise<void> }
`
const example = join(root, 'examples/embed/src/example.ts')
const broken = join(root, 'examples/embed/src/broken.ts')
const [shown = ''] = blocks('ts')
const entry = join(root, 'packages/core/src/index.ts')
const program = programOf([entry], {
  [join(root, 'examples/embed/src/application.ts')]: application,
  [example]: shown,
  [broken]: shown.replace('expiresInSeconds', 'planted'),
})
const checker = program.getTypeChecker()

/** A type that core exports. */
function typeNamed(name: string): ts.Type {
  const file = program.getSourceFile(entry)
  const module = file && checker.getSymbolAtLocation(file)
  const found = module && checker.getExportsOfModule(module).find((one) => one.name === name)
  if (found === undefined) throw new Error(`Core exports no ${name}.`)
  return checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(found))
}

/** The members of a type with their types, as a reader writes them. */
function membersOf(type: ts.Type): Readonly<Record<string, string>> {
  return Object.fromEntries(
    checker.getPropertiesOfType(type).map((member) => {
      const type = checker.getTypeOfSymbol(member)
      const isNullable = type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Null)
      // Without `undefined`, which is how the compiler writes that a member is optional.
      const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0
      const words = checker.typeToString(
        isOptional && !isNullable ? type.getNonNullableType() : type,
        undefined,
        ts.TypeFormatFlags.NoTruncation,
      )
      return [member.name, words.replace(' | undefined', '')]
    }),
  )
}

/** The variants of a union of objects: the literal of one member, and the names of the others. */
function variantsOf(name: string, tag: string): Readonly<Record<string, readonly string[]>> {
  const union = typeNamed(name)
  const variants = union.isUnion() ? union.types : [union]
  return Object.fromEntries(
    variants.map((variant) => {
      const { [tag]: literal = '', ...others } = membersOf(variant)
      return [literal.replaceAll('"', ''), Object.keys(others)]
    }),
  )
}

/** The texts of a union of texts. */
function textsOf(name: string): readonly string[] {
  const union = typeNamed(name)
  return (union.isUnion() ? union.types : []).flatMap((one) =>
    one.isStringLiteral() ? [one.value] : [],
  )
}

/** The rows of the table that begins with these headings, cell by cell. */
function tableAfter(headings: string, page = text): readonly (readonly string[])[] {
  const parts = page.split(`\n| ${headings}`)
  if (parts.length !== 2) throw new Error(`${parts.length - 1} tables begin with "${headings}".`)
  const lines = parts[1]?.split('\n\n')[0]?.trimEnd().split('\n').slice(2) ?? []
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
}

/** A cell without the marks of code. */
const plain = (cell = ''): string => cell.replaceAll('`', '')

/** Two columns of a table: a name, and what stands beside the name. */
function column(
  rows: readonly (readonly string[])[],
  place: number,
): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map((row) => [plain(row[0]), plain(row[place])]))
}

const names = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.map(([name]) => plain(name)).toSorted()

describe('the page about the configuration', () => {
  it('shows an example that compiles', () => {
    expect(complaintsAbout(program, example)).toEqual([])
    expect(complaintsAbout(program, broken)).not.toEqual([])
  })

  it.each([
    ['option | type', 'ForceResetConfig'],
    ['field | type | default', 'ForceResetRequest'],
    ['field of the question | type', 'AuthorizationQuestion'],
    ['field of the event | type', 'AppliedReset'],
    ['option of `grouped()` | type', 'GroupedOptions'],
    ['option of `characters()` | type', 'CharactersOptions'],
    ['option of `passphrase()` | type', 'PassphraseOptions'],
    ['field of `source` | type', 'RequestSource'],
    ['field of a success | type', 'ResetSuccess'],
    ['field of a failure | type', 'ResetFailure'],
    ['field | type | what follows', 'ResetReceipt'],
  ])('has each member, with its type and no other, under "%s" (%s)', (headings, name) => {
    const members = membersOf(typeNamed(name))
    expect(Object.keys(members)).not.toEqual([])
    expect(column(tableAfter(headings), 1)).toEqual(members)
  })

  it.each([
    ['code of `ForceResetError` |', 'ForceResetErrorCode'],
    ['in `survives` |', 'Survivor'],
    ['code | the sentence', 'FailureCode'],
    ['status | a reset', 'AccountStatus'],
    ['`statusReason` |', 'StatusReason'],
  ])('has each word, and no other, under "%s" (%s)', (headings, name) => {
    expect(textsOf(name).length).toBeGreaterThan(4)
    expect(names(tableAfter(headings))).toEqual(textsOf(name).toSorted())
  })

  it('has each type of audit event with its own fields, and each field of every event', () => {
    const { schema: _, ...others } = membersOf(typeNamed('AuditFields'))
    const shared = ['schema', ...Object.keys(others)]
    const own = Object.fromEntries(
      Object.entries(variantsOf('AuditEvent', 'type')).map(([type, fields]) => [
        type,
        fields.filter((field) => !shared.includes(field)).join(', '),
      ]),
    )
    expect(column(tableAfter('type | own fields'), 1)).toEqual(own)
    expect(column(tableAfter('field of every event'), 1)).toEqual({
      type: 'string',
      ...membersOf(typeNamed('AuditFields')),
    })
  })

  it('has each reason of a failure with its fields', () => {
    const fields = Object.entries(variantsOf('FailureDetail', 'reason'))
    expect(column(tableAfter('`detail.reason` |'), 1)).toEqual(
      Object.fromEntries(fields.map(([reason, own]) => [reason, own.join(', ')])),
    )
  })

  it('misses nothing: a row that is gone, and a row too many, are seen', () => {
    const planted = text.replace('| `auditTimeoutMs` | `number`', '| `planted` | `number`')
    const members = membersOf(typeNamed('ForceResetConfig'))
    expect(column(tableAfter('option | type', planted), 1)).not.toEqual(members)
    const { planted: extra, ...rest } = column(tableAfter('option | type', planted), 1)
    expect(extra).toBe('number')
    expect(Object.keys(members).filter((name) => !(name in rest))).toEqual(['auditTimeoutMs'])
  })

  it('has the sentence of each failure code to the letter', () => {
    const sentences = column(tableAfter('code | the sentence'), 1)
    const codes = Object.keys(sentences) as FailureCode[]
    expect(sentences).toEqual(Object.fromEntries(codes.map((code) => [code, explainFailure(code)])))
  })

  it('says of each option what the error says', () => {
    const options = Object.keys(membersOf(typeNamed('ForceResetConfig')))
    const said = options.map((option) => {
      const config = { ...configFor(), [option]: Symbol('wrong') }
      const message = thrownBy(() => checkForceResetConfig(config))
      return [option, message.replace(`${option} must be `, '').replace(' (symbol)', '')]
    })
    expect(column(tableAfter('option | with'), 1)).toEqual(Object.fromEntries(said))
  })

  it('says how strong each format is', () => {
    const list = Array.from({ length: 7_776 }, (_, index) => `w${index}`)
    const formats: Readonly<Record<string, PasswordFormat>> = {
      'grouped()': grouped(),
      'grouped({ groups: 5 })': grouped({ groups: 5 }),
      'grouped({ groups: 3 })': grouped({ groups: 3 }),
      "grouped({ groups: 5, alphabet: '0123456789' })": grouped({
        groups: 5,
        alphabet: '0123456789',
      }),
      'characters()': characters(),
      'characters({ length: 13 })': characters({ length: 13 }),
      "characters({ alphabet: 'bcdefghjknprstvx' })": characters({
        alphabet: 'bcdefghjknprstvx',
      }),
      'passphrase({ words: 6, list }) with 7,776 words': passphrase({ words: 6, list }),
      'passphrase({ words: 5, list }) with 7,776 words': passphrase({ words: 5, list }),
    }
    const bits = Object.entries(formats).map(([name, format]) => {
      const count = entropyBits(format)
      return [name, count < 60 ? `${count.toFixed(1)}: refused` : count.toFixed(1)]
    })
    expect(column(tableAfter('format | such as'), 2)).toEqual(Object.fromEntries(bits))
  })
})

describe('the defaults on the page', () => {
  const defaults = column(tableAfter('option | type'), 2)
  afterEach(() => void vi.useRealTimers())

  it('are those of the code: the time of the trail', async () => {
    vi.useFakeTimers()
    const reset = resetKim({ audit: () => new Promise<never>(() => undefined) })
    await vi.advanceTimersByTimeAsync(60_000)
    const limitMs = Number(defaults['auditTimeoutMs']?.replace(',', ''))
    expect(await reset).toMatchObject({ detail: { reason: 'audit_timeout', limitMs } })
  })
  it('are those of the code: format, expiry, clock, must-change', async () => {
    expect(defaults['format']).toBe('grouped()')
    expect(entropyBits()).toBe(entropyBits(grouped()))
    expect(defaults['expiresInSeconds']).toMatch(/^86,400 where the store can .* else null$/)
    expect(defaults['now']).toBe('Date.now')
    vi.useFakeTimers({ now: 0, toFake: ['Date'] })
    const expiresAt = new Date(86_400_000)
    expect(await resetKim()).toMatchObject({ receipt: { expiresAt, mustChange: 'application' } })
    expect(await resetKim({}, { expiry: 'none' })).toMatchObject({ receipt: { expiresAt: null } })
    expect(defaults['requireMustChange']).toBe('true')
  })
  it('are those of the code: the own account and privileged accounts', async () => {
    expect(defaults).toMatchObject({
      isSelf: 'isSameAccount',
      allowSelfReset: 'false',
      allowPrivileged: 'false',
    })
    expect(await resetKim({}, {}, 'kim')).toMatchObject({ code: 'own_account' })
    const users = [{ id: 'kim', username: 'kim', privileged: true }]
    expect(await resetKim({}, { users })).toMatchObject({ code: 'privileged_user' })
  })
  it('are those of the code: the options of formats', () => {
    const of = (headings: string) => column(tableAfter(headings), 2)
    const { groups, size, separator = '', alphabet = '' } = of('option of `grouped()` | type')
    const same = grouped({ groups: Number(groups), size: Number(size), separator, alphabet })
    expect(same.fit({})).toEqual(grouped().fit({}))
    const { length, alphabet: letters = '' } = of('option of `characters()` | type')
    const plainly = characters({ length: Number(length), alphabet: letters })
    expect(plainly.fit({})).toEqual(characters().fit({}))
    const words = { words: 5, list: ['a', 'b'] }
    const { separator: between = '' } = of('option of `passphrase()` | type')
    expect(passphrase({ ...words, separator: between }).fit({})).toEqual(passphrase(words).fit({}))
  })
})

function configFor(options: Partial<MemoryUserStoreOptions> = {}): ForceResetConfig<Operator> {
  const store = memoryUserStore({ users: [{ id: 'kim', username: 'kim' }], ...options })
  return { store, authorize: () => true, audit: () => undefined }
}

/** Resets the account `kim` with nothing configured but what is named. */
async function resetKim(
  change: Partial<ForceResetConfig<Operator>> = {},
  options: Partial<MemoryUserStoreOptions> = {},
  id = 'help-desk',
) {
  const config = { ...configFor(options), ...change }
  const store = typeof config.store === 'function' ? undefined : config.store
  const version = (await store?.find('kim'))?.user.version ?? ''
  return forceReset(config, { operator: { id }, userId: 'kim', version })
}

function thrownBy(action: () => void): string {
  try {
    action()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'nothing was thrown'
}
