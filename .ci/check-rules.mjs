// Refuses what neither the compiler nor the linter refuses, and prints each fault as file:line. The
// rules prove themselves on planted faults first: a rule that finds nothing there proves nothing
// here.
import { isTest, sourceFiles } from './source-files.mjs'

const mostColumns = 100
const everywhere = () => true
/** @param {string} path */
const isProduct = (path) => /^(packages|examples)\/[^/]+\/src\/.*\.(ts|js)$/.test(path)
/** @param {string} path */
const isProductNotTest = (path) =>
  isProduct(path) && !isTest(path) && !path.startsWith('packages/testing/')

const files = sourceFiles('*.ts', '*.mjs', '*.js', '*.md', '*.css', '*.yml', '.ci/run')
const source = 'packages/adapter-sql/src/store/planted.ts'
const sentence = 'Nothing was changed'
/** Says the sentence. Every other file imports the constant, or leaves the sentence to core. */
const declaresSentence = /^export const nothingChanged = /
const name = String.raw`[\w.]*[dD]ialect\w*(\(\))?\??\.name\b`
const comparesName = new RegExp(
  [
    String.raw`${name}\s*[!=]==?`,
    String.raw`[!=]==?\s*${name}`,
    String.raw`\bswitch \(${name}\)`,
    String.raw`\[${name}\]`,
    String.raw`\.(get|has|includes)\(${name}\)`,
    String.raw`\{[^}]*\bname\b[^}]*\}\s*=\s*[\w.]*[dD]ialect\w*\b`,
  ].join('|'),
)

/**
 * @typedef {object} Rule
 * @property {string} says
 * @property {(path: string) => boolean} looksAt
 * @property {(line: string, path: string) => boolean} refuses
 * @property {readonly Line[]} planted - A fault of each way to make one.
 * @property {readonly Line[]} spared - Lines that look like faults, and are none.
 */

/** @typedef {readonly [path: string, line: string]} Line */

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
      [source, 'const { lock, name } = options.dialect'],
      [source, 'const statement = statements.get(dialect().name)'],
      ['examples/console/src/users/planted.ts', "const locks = dialect?.name === 'postgres'"],
    ],
    spared: [
      [source, 'endpoint: options.endpoint ?? dialect.name,'],
      ['packages/adapter-sql/src/test/planted.test.ts', "it.skipIf(dialect.name === 'sqlite')"],
      ['packages/adapter-sql/src/fixtures/planted.ts', "if (dialect.name === 'sqlite') return"],
    ],
  },
  {
    says: 'remembers something by the identity of a user or a command; return it instead',
    looksAt: isProduct,
    refuses: (line) => /\bWeak(Map|Set)<\s*(User|FoundUser|WriteOrder|PreparedWrite)\b/.test(line),
    planted: [
      'Map<User, Row',
      'Map<FoundUser, Row',
      'Map<WriteOrder, Row',
      'Set<PreparedWrite',
    ].map((kind) => /** @type {const} */ ([source, `const seen = new Weak${kind}>()`])),
    spared: [[source, 'const waiting = new WeakMap<object, () => void>()']],
  },
  {
    says: `"${sentence}" stands here, too; import nothingChanged from @force-reset/core`,
    looksAt: isProductNotTest,
    refuses: (line) =>
      line.includes(sentence) && !declaresSentence.test(line) && !/^\s*(\/\/|\/?\*)/.test(line),
    planted: [
      'packages/core/src/reset/planted.ts',
      source,
      'packages/adapter-ldap/src/openldap/planted.ts',
      'packages/http/src/handler/planted.ts',
      'examples/console/src/planted.ts',
      'examples/console/src/assets/planted.js',
    ].map((path) => /** @type {const} */ ([path, `detail: 'The account is gone. ${sentence}.'`])),
    spared: [
      ['packages/core/src/port/planted.ts', `export const nothingChanged = '${sentence}.'`],
      [source, ` * ${sentence}.`],
      ['packages/http/src/element/test/planted.test.ts', `expect(text).toBe('${sentence}.')`],
    ],
  },
  {
    says: `is longer than ${mostColumns} columns`,
    looksAt: everywhere,
    refuses: (line, path) =>
      [...line].length > mostColumns && !isTableRow(line, path) && !isGenerated(path),
    planted: ['ts', 'mjs', 'js', 'md', 'css', 'yml'].map(
      (kind) => /** @type {const} */ ([`docs/planted.${kind}`, 'ä'.repeat(mostColumns + 1)]),
    ),
    spared: [
      ['docs/planted.md', 'ä'.repeat(mostColumns)],
      ['docs/planted.md', `| ${'ä'.repeat(mostColumns)} |`],
      ['packages/core/CHANGELOG.md', 'ä'.repeat(mostColumns + 1)],
    ],
  },
  {
    says: 'reads the environment; take a parameter',
    looksAt: (path) => path.startsWith('packages/') && isProductNotTest(path),
    refuses: (line) => /\bprocess\.env\b|\bimport\.meta\.env\b/.test(line),
    planted: [
      [source, "const url = process.env['URL']"],
      [source, 'const url = import.meta.env.URL'],
    ],
    spared: [
      ['packages/testing/src/planted.ts', "if (process.env['CI'] === 'true') fail()"],
      ['examples/console/src/planted.ts', 'startConsole(process.env)'],
    ],
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

for (const { says, looksAt, refuses, planted, spared } of rules) {
  /** @param {Line} line */
  const isFound = ([path, line]) => looksAt(path) && refuses(line, path)
  const missed = planted.find((line) => !isFound(line))
  if (missed) throw new Error(`The rule "${says}" does not find ${missed.join(': ')}`)
  const wrong = spared.find(isFound)
  if (wrong) throw new Error(`The rule "${says}" takes for a fault ${wrong.join(': ')}`)
}
if (
  ![...files.values()].some((text) => text.split('\n').some((line) => declaresSentence.test(line)))
)
  throw new Error('No file declares nothingChanged.')

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
