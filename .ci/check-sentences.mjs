// Refuses a message of the packages or of the console that has a sentence of more than 25 words.
// First the check proves itself: it finds what was planted, and nothing in what is spared.
import { longSentences, messagesIn } from './sentences.mjs'
import { isTest, sourceFiles } from './source-files.mjs'

const short = 'The account has changed since you looked at it, so nothing was written.'
const long = `${short.slice(0, -1)}, and ${short.slice(0, -1).toLowerCase()}.`
const [first, second] = [long.slice(0, 60), long.slice(60)]

/** Messages that are too long, each written in another way. */
const planted = [
  `const words = '${long}'`,
  `const words = '${first}' +\n  '${second}'`,
  `const words = \`${first}\` + name + (\`${second}\`)`,
  `const words = (name) => \`${first}\${name}${second}\``,
  `const words = html\`<p class="hint">${long}</p>\``,
  `const words = \`\${isLate ? '${long}' : ''}\``,
]

const spared = [
  `const words = '${short} ${short} ${short}'`,
  `const words = '${short} – ${short}'`,
  `const words = html\`<p>${short.slice(0, -1)}</p><p>${short.slice(0, -1)}</p><p>And.</p>\``,
  `const rows = sql\`SELECT ${long}\``,
  `/** ${long} */\nexport const words = '${short}'`,
]

/** @param {string} text */
const tooLongIn = (text) => messagesIn('planted.ts', text).flatMap(longSentences)

for (const text of planted)
  if (tooLongIn(text).length === 0) throw new Error(`The check does not find ${text}`)
for (const text of spared)
  if (tooLongIn(text).length > 0) throw new Error(`The check takes for a fault ${text}`)

const product = /^(packages\/(?!testing\/)[^/]+|examples\/console)\/src\//
let faults = 0
let files = 0
for (const [path, text] of sourceFiles('*.ts', '*.js')) {
  if (!product.test(path) || isTest(path)) continue
  files += 1
  for (const { line, words, text: sentence } of messagesIn(path, text).flatMap(longSentences)) {
    console.error(`${path}:${line} ${words} words: ${sentence}`)
    faults += 1
  }
}
if (faults > 0) {
  console.error(`${faults} sentences of messages have more than 25 words.`)
  process.exit(1)
}
console.log(`No sentence of a message in ${files} files has more than 25 words.`)
