// Refuses what neither the compiler nor the linter refuses, and prints each fault as file:line. The
// rules prove themselves on planted faults first: a rule that finds nothing there proves nothing
// here.
import { isTest, sourceFiles } from './source-files.mjs'

const mostColumns = 100
const everywhere = () => true
/** @param {string} path */
const isProduct = (path) => /^(packages|examples)\/[^/]+\/src\/.*\.ts$/.test(path)
/** @param {string} path */
const isProductNotTest = (path) => isProduct(path) && !isTest(path)

const files = sourceFiles('*.ts', '*.mjs', '*.js', '*.md')
const source = 'packages/adapter-sql/src/store/planted.ts'
const sentence = 'Nothing was changed'
/** The one file that may say the sentence. */
const homeOfSentence = [...files.keys()].find(
  (path) =>
    path.startsWith('packages/core/') &&
    isProductNotTest(path) &&
    files.get(path)?.includes(sentence),
)
const name = String.raw`\w*[dD]ialect\w*(\(\))?\??\.name\b`
const comparesName = new RegExp(
  String.raw`${name}\s*[!=]==?|[!=]==?\s*[\w.]*${name}|\bswitch \([\w.]*${name}\)|\[[\w.]*${name}\]`,
)

/**
 * @typedef {object} Rule
 * @property {string} says
 * @property {(path: string) => boolean} looksAt
 * @property {(line: string, path: string) => boolean} refuses
 * @property {readonly (readonly [path: string, line: string])[]} planted - A fault of each way to
 *   make one.
 */

/** @type {readonly Rule[]} */
const rules = [
  {
    says: "compares a dialect's name; what differs belongs into the dialect",
    looksAt: isProductNotTest,
    refuses: (line) => comparesName.test(line),
    planted: [
      [source, "if (dialect.name === 'postgres') lock()"],
      [source, "if (options.dialect.name !== 'postgres') lock()"],
      [source, "const locks = 'postgres' === table.dialect.name"],
      [source, 'switch (dialect.name) {'],
      [source, 'const statement = statements[options.dialect.name]'],
    ],
  },
  {
    says: 'remembers something by the identity of a user or a command; return it instead',
    looksAt: isProduct,
    refuses: (line) =>
      /\bWeakMap<\s*(User|FoundUser|ReplacePasswordCommand|WriteOrder)\b/.test(line),
    planted: ['User', 'ReplacePasswordCommand', 'WriteOrder'].map(
      (key) => /** @type {const} */ ([source, `const seen = new WeakMap<${key}, Row>()`]),
    ),
  },
  {
    says: `"${sentence}" stands in more than one file of core`,
    looksAt: isProductNotTest,
    refuses: (line, path) => line.includes(sentence) && path !== homeOfSentence,
    planted: [[source, `detail: 'The account is gone. ${sentence}.'`]],
  },
  {
    says: `is longer than ${mostColumns} columns`,
    looksAt: everywhere,
    refuses: (line, path) =>
      [...line].length > mostColumns && !isTableRow(line, path) && !isGenerated(path),
    planted: ['ts', 'mjs', 'md'].map(
      (kind) => /** @type {const} */ ([`docs/planted.${kind}`, 'ä'.repeat(mostColumns + 1)]),
    ),
  },
  {
    says: 'reads the environment; take a parameter',
    looksAt: (path) => path.startsWith('packages/') && isProductNotTest(path),
    refuses: (line) => /\bprocess\.env\b|\bimport\.meta\.env\b/.test(line),
    planted: [[source, "const url = process.env['URL']"]],
  },
]

/**
 * @param {string} line
 * @param {string} path
 */
function isTableRow(line, path) {
  return path.endsWith('.md') && line.trimStart().startsWith('|')
}

/** @param {string} path */
function isGenerated(path) {
  return path.endsWith('CHANGELOG.md')
}

for (const { says, looksAt, refuses, planted } of rules) {
  const missed = planted.find(([path, line]) => !looksAt(path) || !refuses(line, path))
  if (missed) throw new Error(`The rule "${says}" does not find the planted fault: ${missed[1]}`)
}

let faults = 0
for (const [path, text] of files) {
  const applied = rules.filter(({ looksAt }) => looksAt(path))
  for (const [index, line] of text.split('\n').entries()) {
    for (const { says } of applied.filter(({ refuses }) => refuses(line, path))) {
      console.error(`${path}:${index + 1} ${says}`)
      faults += 1
    }
  }
}
if (faults > 0) {
  console.error(`${faults} faults.`)
  process.exit(1)
}
console.log(`${files.size} files follow the ${rules.length} rules.`)
