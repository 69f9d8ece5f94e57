// Lists the sentences of more than 25 words in comments, in messages and in documentation, each
// with its file, line and count of words. A list to work through, not a check.
import { commentsIn, documentationIn, longSentences, messagesIn } from './sentences.mjs'
import { sourceFiles } from './source-files.mjs'

const paragraphs = [...sourceFiles('*.ts', '*.mjs', '*.js', '*.md')].map(([path, text]) => ({
  path,
  found: path.endsWith('.md')
    ? documentationIn(text)
    : [...commentsIn(path, text), ...messagesIn(path, text)],
}))
const counts = { comment: 0, message: 0, documentation: 0 }
for (const kind of /** @type {const} */ (['comment', 'message', 'documentation'])) {
  for (const { path, found } of paragraphs) {
    for (const { line, words, text } of found
      .filter((one) => one.kind === kind)
      .flatMap(longSentences)) {
      counts[kind] += 1
      console.log(`${kind} ${path}:${line} ${words} words: ${text}`)
    }
  }
}
const { comment, message, documentation } = counts
console.log(`\n${comment} in comments, ${message} in messages, ${documentation} in documentation`)
