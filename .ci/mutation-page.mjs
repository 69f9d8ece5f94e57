// Writes docs/mutation.md from the results that `npm run mutate` keeps, and from the reasons in
// .ci/mutation-reasons.json. A change that no test notices needs a reason there. A reason for a
// change that is noticed is refused, too, because nothing would ever take that reason away.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const kept = `${root}.cache/mutation/`

/**
 * @typedef {object} Mutant - As mutation-testing-report-schema has it.
 * @property {string} mutatorName
 * @property {string} replacement
 * @property {string} status
 * @property {{ start: Place, end: Place }} location
 */
/** @typedef {{ line: number, column: number }} Place - Both counted from 1. */
/** @typedef {{ file: string, was: string, becomes: string, reason: string }} Reason */

/** @type {readonly Reason[]} */
const reasons = JSON.parse(readFileSync(`${root}.ci/mutation-reasons.json`, 'utf8'))
const noticed = ['Killed', 'Timeout']
const unnoticed = ['Survived', 'NoCoverage']
/** @type {Set<Reason>} */
const used = new Set()
/** @type {string[]} */
const faults = []
/** @type {string[]} */
const rows = []
/** @type {string[]} */
const survivors = []
const total = { mutants: 0, killed: 0 }

for (const name of readdirSync(kept)
  .filter((file) => file.endsWith('.json'))
  .sort()) {
  /** @type {{ files: Record<string, { source: string, mutants: Mutant[] }> }} */
  const { files } = JSON.parse(readFileSync(kept + name, 'utf8'))
  for (const [file, { source, mutants }] of Object.entries(files).sort()) {
    const killed = mutants.filter(({ status }) => noticed.includes(status)).length
    const survived = mutants.filter(({ status }) => unnoticed.includes(status))
    const count = killed + survived.length
    if (count === 0) continue
    total.mutants += count
    total.killed += killed
    rows.push(`| \`${file}\` | ${count} | ${killed} | ${percent(killed, count)} |`)
    for (const mutant of survived) survivors.push(rowOf(file, source, mutant))
  }
}
for (const reason of reasons)
  if (!used.has(reason)) faults.push(`${reason.file}: no such survivor: ${reason.was}`)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)

writeFileSync(
  `${root}docs/mutation.md`,
  `# Mutation testing

\`npm run mutate -- FILE…\` changes a source file in every small way that Stryker knows, one at a
time. The command runs the tests of the package that need no server, and fails below 85 %. A change
that a test notices is killed. \`npm run mutate:page\` writes this page from the results. Every
change that no test notices has its reason here.

| file | changes | killed | share |
|---|---|---|---|
${rows.join('\n')}
| all | ${total.mutants} | ${total.killed} | ${percent(total.killed, total.mutants)} |

## Changes that no test notices

| file | was | becomes | reason |
|---|---|---|---|
${survivors.join('\n')}
`,
)
console.log(`${total.killed} of ${total.mutants} changes are noticed; docs/mutation.md says which.`)

/**
 * @param {string} file
 * @param {string} source
 * @param {Mutant} mutant
 */
function rowOf(file, source, { location, replacement }) {
  const was = shortened(textAt(source, location))
  const becomes = shortened(replacement)
  const reason = reasons.find(
    (one) => one.file === file && one.was === was && one.becomes === becomes,
  )
  if (reason === undefined) {
    faults.push(JSON.stringify({ file, line: location.start.line, was, becomes }))
    return ''
  }
  used.add(reason)
  const place = `\`${file.split('/').at(-1)}\`:${location.start.line}`
  return `| ${place} | ${code(was)} | ${code(becomes)} | ${reason.reason} |`
}

/**
 * @param {string} source
 * @param {Mutant['location']} location
 */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? ''
  lines[0] = lines[0]?.slice(start.column - 1) ?? ''
  return lines.join('\n')
}

/** @param {string} text */
function shortened(text) {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line
}

/** @param {string} text */
function code(text) {
  const escaped = text.replaceAll('|', '\\|')
  return escaped.includes('`') ? `\`\` ${escaped} \`\`` : `\`${escaped}\``
}

/**
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`
}
