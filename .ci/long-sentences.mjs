// Lists the sentences of more than 25 words in comments, in messages and in documentation, each
// with its file, line and count of words. A list to work through, not a check.
import ts from 'typescript'
import { sourceFiles } from './source-files.mjs'

const mostWords = 25

/** @typedef {{ readonly line: number, readonly text: string }} Line */
/** @typedef {'comment' | 'message' | 'documentation'} Kind */

/**
 * A paragraph, line by line.
 *
 * @typedef {{ readonly kind: Kind, readonly lines: readonly Line[] }} Paragraph
 */

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

/**
 * The comments of a source file, without the marks around them and without their code.
 *
 * @param {string} path
 * @param {string} text
 */
function commentsIn(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {Map<number, ts.CommentRange>} */
  const ranges = new Map()
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      ranges.set(range.pos, range)
    for (const range of ts.getTrailingCommentRanges(text, node.getEnd()) ?? [])
      ranges.set(range.pos, range)
    node.getChildren(file).forEach(visit)
  }
  visit(file)
  /** @type {Line[]} */
  const lines = []
  for (const { pos, end } of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
    const first = file.getLineAndCharacterOfPosition(pos).line + 1
    // A gap between two comments ends the paragraph.
    if (lines.at(-1)?.line !== first - 1) lines.push({ line: first - 1, text: '' })
    for (const [index, line] of text.slice(pos, end).split('\n').entries()) {
      lines.push({
        line: first + index,
        text: line.replace(/^\s*(\/\/|\/\*+|\*(?!\/))? ?/, '').replace(/\s*\*+\/\s*$/, ''),
      })
    }
  }
  return paragraphsOf('comment', lines)
}

/**
 * Strings that look like sentences: with a blank, and with a full stop at the end. A placeholder
 * counts as one word.
 *
 * @param {string} path
 * @param {string} text
 * @returns {readonly Paragraph[]}
 */
function messagesIn(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {Paragraph[]} */
  const messages = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const message = textOf(node)
    if (message !== undefined && /\s/.test(message) && message.trimEnd().endsWith('.')) {
      const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
      const lines = message.split('\n').map((part, index) => ({ line: first + index, text: part }))
      messages.push(...paragraphsOf('message', lines))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return messages
}

/**
 * The text of a string or of a template.
 *
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('')
}

/** @param {string} text */
function documentationIn(text) {
  return paragraphsOf(
    'documentation',
    text.split('\n').map((line, index) => ({ line: index + 1, text: line })),
  )
}

/**
 * Splits lines into paragraphs. Headings, list items and tags stand alone; code blocks and tables
 * are left out.
 *
 * @param {Kind} kind
 * @param {readonly Line[]} lines
 * @returns {readonly Paragraph[]}
 */
function paragraphsOf(kind, lines) {
  /** @type {Line[][]} */
  const found = [[]]
  let inCode = false
  for (const { line, text } of lines) {
    const fence = /^\s*(```|~~~)/.test(text)
    if (fence) inCode = !inCode
    const separates = fence || inCode || /^\s*(\||$|---$)/.test(text)
    if (separates || /^\s*([-*#>@]|\d+\.)/.test(text)) found.push([])
    if (!separates)
      found.at(-1)?.push({ line, text: text.replace(/^\s*([-*#>]+|\d+\.|@\w+)\s/, '').trim() })
  }
  return found.filter((part) => part.length > 0).map((part) => ({ kind, lines: part }))
}

/**
 * The sentences of a paragraph that have too many words, with the line that each begins in.
 *
 * @param {Paragraph} paragraph
 */
function longSentences({ lines }) {
  const ends = lines.map((_, index) =>
    lines.slice(0, index + 1).reduce((sum, { text }) => sum + text.length + 1, 0),
  )
  const sentences = lines
    .map(({ text }) => text)
    .join(' ')
    .split(/(?<=[.!?]["'”)`*_]*\s)(?=["'“(`*_[]*[\p{Lu}\d`…])/u)
  let start = 0
  return sentences.flatMap((sentence) => {
    const at = ends.findIndex((end) => start < end)
    start += sentence.length
    const words = countWords(sentence)
    return words > mostWords
      ? [{ line: lines[at]?.line ?? 0, words, text: sentence.replace(/\s+/g, ' ').trim() }]
      : []
  })
}

/**
 * Code in backticks counts as one word, and a link as its words.
 *
 * @param {string} sentence
 */
function countWords(sentence) {
  const plain = sentence
    .replace(/`[^`]*`/g, 'x')
    .replace(/\{@link (\S+)[^}]*\}/g, '$1')
    .replace(/\]\([^)]*\)/g, ']')
  return plain.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length
}
