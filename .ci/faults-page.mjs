// Makes docs/faults.md from docs/faults.json, the results of the campaigns of faults.
//
//   FAULT_RESULTS=folder npm run test:faults
//   node .ci/faults-page.mjs folder     takes the results of the folder over, and makes the page;
//                                       the commit that was measured may follow, default HEAD
//   node .ci/faults-page.mjs            makes the page
//   node .ci/faults-page.mjs --check    fails where the page is another one
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @typedef {{ readonly fault: string, readonly said: string, readonly count: number }} Count */

/**
 * The results of one campaign.
 *
 * @typedef {object} Campaign
 * @property {string} campaign
 * @property {string} commit
 * @property {number} seed
 * @property {number} planned - All faults of the campaign.
 * @property {number} met - Faults that resets met: all, or drawn by lot.
 * @property {ReadonlyArray<Count & { readonly store: string }>} results
 */

/**
 * The end of a reset, as the results name it, what an operator sees, and what there is to do. The
 * first row that fits counts. A result that fits nowhere is an error: add its words.
 *
 * @type {ReadonlyArray<{ said: string, fits: RegExp, sees: string, does: string }>}
 */
const ends = [
  {
    said: '`applied`',
    fits: /^applied$/,
    sees: 'the temporary password',
    does: 'Pass the password on. It signs in, and the old one does not.',
  },
  {
    said: '`applied, record not complete`',
    fits: /^applied, record not complete$/,
    sees: 'the temporary password, and that the record is not complete',
    does:
      'Pass the password on, and let the user change it soon: `reconcile` may take this reset ' +
      'for one whose password nobody was shown, and end the password.',
  },
  {
    said: '`outcome_unknown, later applied, and ended`',
    fits: /^outcome_unknown, later applied, and ended$/,
    sees: '"We do not know yet whether the password was changed."',
    does:
      'Reset again. The password had been replaced; `reconcile` found that out, and put a ' +
      'password that nobody knows in its place.',
  },
  {
    said: '`outcome_unknown, later applied`',
    fits: /^outcome_unknown, later applied$/,
    sees: '"We do not know yet whether the password was changed."',
    does: 'Reset again. The password had been replaced, and nobody was shown the new one.',
  },
  {
    said: '`outcome_unknown, later not applied`',
    fits: /^outcome_unknown, later not applied$/,
    sees: '"We do not know yet whether the password was changed."',
    does: 'Reset again. `reconcile` found out that nothing had been changed.',
  },
  {
    said: '`outcome_unknown, later open: …`',
    fits: /^outcome_unknown, later open: \w+$/,
    sees: '"We do not know yet whether the password was changed."',
    does: 'Reset again. `reconcile` asks on: the store cannot tell, or a late write can arrive.',
  },
  {
    said: '`outcome_unknown, the password was replaced`',
    fits: /^outcome_unknown, the password was replaced(, reset\.undelivered recorded)?$/,
    sees: '"We do not know yet whether the password was changed."',
    does: 'Reset again. The password had been replaced, and the answer was lost.',
  },
  {
    said: '`outcome_unknown, nothing was changed`',
    fits: /^outcome_unknown, nothing was changed$/,
    sees: '"We do not know yet whether the password was changed."',
    does: 'Reset again. The request was lost.',
  },
  {
    said: '`conflict, the password was replaced`',
    fits: /^conflict, the password was replaced$/,
    sees: '"This request changed nothing. … or an earlier try of yours."',
    does: 'Reset again. The browser had sent the request twice, and the first answer was lost.',
  },
  {
    said: '`killed, later applied, and ended`',
    fits: /^killed, later applied, and ended$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does:
      'Reset again. The process died after the write; `reconcile` put a password that nobody ' +
      'knows in its place.',
  },
  {
    said: '`killed, later applied`',
    fits: /^killed, later applied$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does: 'Reset again. The process died after the write, and nobody was shown the password.',
  },
  {
    said: '`killed, later not applied`',
    fits: /^killed, later not applied$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does: 'Reset again. `reconcile` found out that nothing had been changed.',
  },
  {
    said: '`killed, later open: …`',
    fits: /^killed, later open: \w+$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does: 'Reset again. `reconcile` asks on: the store cannot tell, or a late write can arrive.',
  },
  {
    said: '`killed before the record`',
    fits: /^killed before the record$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does: 'Reset again. The process died before the attempt was on record: nothing was changed.',
  },
  {
    said: '`killed after the record`',
    fits: /^killed after the record$/,
    sees: 'no answer: "We do not know yet whether the password was changed."',
    does:
      'Reset again. The audit trail has `reset.applied`: the password was replaced, and nobody ' +
      'was shown it.',
  },
  {
    said: 'any other code',
    fits: /^[a-z]+(_[a-z]+)*(, nothing was changed)?$/,
    sees: 'the words for the [code](http.md#problems), and "Nothing was changed."',
    does: 'Try again later, or as the words say. The old password still signs in.',
  },
]

/**
 * What is to be known of a store, by a part of its name. The first that fits counts.
 *
 * @type {ReadonlyArray<readonly [string, string]>}
 */
const notes = [
  [
    'pending resets',
    'The pending resets are kept in the same database, on the same connections. So storing and ' +
      'forgetting their rows meets the cuts too. A password that was shown stays, unless the ' +
      'receipt said that the record is not complete.',
  ],
  [
    'HTTP, Chromium',
    'Chromium sends a request again where a connection that was kept open breaks before the ' +
      'answer. The version that a reset names lets only the first request count.',
  ],
  [
    'HTTP',
    'A server cannot know whether an answer arrived. In these resets the operating system had ' +
      'taken all bytes of the answer before the cut, so none of them left `reset.undelivered`.',
  ],
  [
    '389-ds over',
    'Nothing goes over the wire without TLS. A record that is cut is never delivered. So cuts ' +
      'at the records, beside them and at one byte within are all cuts that differ.',
  ],
  [
    '389-ds',
    'A referral on update does not hold up a reset: 389-ds carries out the operation that sets a ' +
      'password (RFC 3062) all the same. On a full disk 389-ds refuses the write.',
  ],
  [
    'Active Directory (Samba) over',
    'Every cut that differs was tried, or drawn by lot. Each sign-in is tried by a simple bind ' +
      'and over NTLM.',
  ],
  [
    'Active Directory (Samba)',
    'Each sign-in is tried by a simple bind and over NTLM. A second controller was not tried.',
  ],
  [
    'OpenLDAP over',
    'Nothing goes over the wire without TLS. A record that is cut is never delivered. So cuts ' +
      'at the records, beside them and at one byte within are all cuts that differ.',
  ],
  [
    'OpenLDAP, two servers',
    'A mirrored pair whose first server is killed, with replication at work or held up. What ' +
      'replication does to a reset afterwards, [openldap.md]' +
      '(openldap.md#two-servers-that-both-take-writes) says.',
  ],
  [
    'OpenLDAP',
    'slapd ends where it may not make a file longer, as on a full disk. In a full database ' +
      '(`olcDbMaxSize`) a reset may still find room, and the answer was true both ways.',
  ],
  [
    'over TLS',
    'A TLS record that is cut is not delivered. So cuts at the records, beside them and at one ' +
      'byte within are all cuts that differ.',
  ],
  [
    'PostgreSQL, asynchronous standby',
    'A reset that the primary had not handed on is lost with the primary, also after `applied`: ' +
      'see [failover](sql.md#failover).',
  ],
  [
    'process killed',
    'The process that resets kills itself after a step. Once the pending reset is closed, its ' +
      'password stays until it expires.',
  ],
  [
    'SQLite on a full disk',
    'So many pages of 4,096 bytes are left, from none to more than a reset needs. The pending ' +
      'resets are kept in the same database.',
  ],
  ['SQLite, read-only', 'The pending resets are kept in the same database, or elsewhere.'],
  [
    'SQLite',
    'The process is killed at each call that changes the database, its journal or its log. ' +
      '`PRAGMA integrity_check` finds nothing afterwards.',
  ],
]

const measured =
  '`npm run test:faults` meets every fault again, and prints its seed. `FAULT_RUNS=100` draws so ' +
  'many of each campaign by lot. Each harness proves itself on something that is broken on ' +
  'purpose: a store that says "not applied" where it does not know, one that says "applied" ' +
  'without an answer, one that settles with a second password, a database that keeps its journal ' +
  'in memory, a client that takes a broken connection for a refusal.'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = { json: `${root}docs/faults.json`, page: `${root}docs/faults.md` }
const [argument, measuredCommit = 'HEAD'] = process.argv.slice(2)

if (argument !== undefined && argument !== '--check') takeOver(argument, measuredCommit)
/** @type {readonly Campaign[]} */
const campaigns = JSON.parse(readFileSync(files.json, 'utf8'))
const page = pageOf(campaigns)
if (argument === '--check') check(page)
else writeFileSync(files.page, page)

/**
 * Puts the results of a folder in the place of older ones of the same campaigns.
 *
 * @param {string} folder
 * @param {string} name - Of the commit, as git knows it.
 */
function takeOver(folder, name) {
  const commit = execFileSync('git', ['rev-parse', name], { cwd: root, encoding: 'utf8' }).trim()
  /** @type {Map<string, Campaign>} */
  const kept = new Map(
    JSON.parse(readFileSync(files.json, 'utf8')).map((/** @type {Campaign} */ one) => [
      one.campaign,
      one,
    ]),
  )
  for (const file of globSync(`${folder}/*.jsonl`)) {
    const [head, ...results] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    if (head.missed > 0 || results.some((one) => 'truth' in one))
      throw new Error(`${file} holds a lie, or a fault that did not happen.`)
    const { campaign, seed, planned, met } = head
    kept.set(campaign, { campaign, commit, seed, planned, met, results })
  }
  const sorted = [...kept.values()].sort((a, b) => (a.campaign < b.campaign ? -1 : 1))
  writeFileSync(files.json, `${JSON.stringify(sorted, undefined, 2)}\n`)
}

/** @param {string} made */
function check(made) {
  if (readFileSync(files.page, 'utf8') === made) return
  console.error('docs/faults.md is not made from docs/faults.json: node .ci/faults-page.mjs')
  process.exitCode = 1
}

/** @param {readonly Campaign[]} all */
function pageOf(all) {
  const results = all.flatMap((one) => one.results)
  for (const { said } of results)
    if (!ends.some(({ fits }) => fits.test(said)))
      throw new Error(`.ci/faults-page.mjs has no words for "${said}".`)
  const total = results.reduce((sum, { count }) => sum + count, 0)
  const used = ends.filter(({ fits }) => results.some(({ said }) => firstEnd(said)?.fits === fits))
  const stores = Map.groupBy(results, ({ store }) => store)
  return `# When something breaks

<!-- Made by .ci/faults-page.mjs from faults.json. Change the results or the program, not this. -->

${wrapped(introOf(total))}

## What an operator sees

| the test notes | the operator sees | what to do |
|---|---|---|
${used.map(({ said, sees, does }) => `| ${said} | ${sees} | ${does} |`).join('\n')}

${[...stores].map(([store, counts]) => sectionOf(store, counts)).join('\n')}
## How it was measured

${wrapped(measured)}

| campaign | faults met | of | seed | commit |
|---|---:|---:|---:|---|
${all.map(rowOf).join('\n')}
`
}

/** @param {number} total */
function introOf(total) {
  return (
    'A reset says `applied`, or why nothing was changed, or that nobody knows. Each claim was ' +
    `held against the truth in ${grouped(total)} resets that met a fault: afterwards the test ` +
    'signs in with the old password and with the new one, past the store. No claim was a lie. An ' +
    'unknown outcome is asked for again when the fault has passed and no late write can arrive: ' +
    'see [`reconcile`](configuration.md#resets-without-a-known-outcome-pending-and-reconcile).'
  )
}

/** @param {string} said */
function firstEnd(said) {
  return ends.find(({ fits }) => fits.test(said))
}

/**
 * @param {string} store
 * @param {readonly Count[]} counts
 */
function sectionOf(store, counts) {
  const [, note] = notes.find(([name]) => store.includes(name)) ?? []
  const byFault = [...Map.groupBy(counts, ({ fault }) => fault)]
  const faults = byFault.sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = faults.map(([fault, said]) => `| ${fault} | ${tallyOf(said)} |`)
  return `## ${store}
${note === undefined ? '' : `\n${wrapped(note)}\n`}
| fault | how often the test noted what |
|---|---|
${rows.join('\n')}
`
}

/**
 * What was said after one kind of fault, the most frequent first.
 *
 * @param {readonly Count[]} counts
 */
function tallyOf(counts) {
  const sums = [...Map.groupBy(counts, ({ said }) => said)].map(([said, same]) => ({
    said,
    count: same.reduce((sum, { count }) => sum + count, 0),
  }))
  return sums
    .sort((a, b) => b.count - a.count || (a.said < b.said ? -1 : 1))
    .map(({ said, count }) => `${grouped(count)} × \`${said}\``)
    .join('; ')
}

/** @param {Campaign} campaign */
function rowOf({ campaign, met, planned, seed, commit }) {
  const cells = [campaign, grouped(met), grouped(planned), seed, `\`${commit.slice(0, 12)}\``]
  return `| ${cells.join(' | ')} |`
}

/** @param {number} count */
function grouped(count) {
  return count.toLocaleString('en-US')
}

/**
 * Text in lines of at most 100 columns.
 *
 * @param {string} text
 */
function wrapped(text) {
  return text.replace(/(?![^\n]{1,100}$)([^\n]{1,100})\s/g, '$1\n')
}
