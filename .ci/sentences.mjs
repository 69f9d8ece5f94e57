// Finds the sentences of more than 25 words in comments, in messages and in documentation.
import ts from 'typescript'

const mostWords = 25

/** @typedef {{ readonly line: number, readonly text: string }} Line */
/** @typedef {'comment' | 'message' | 'documentation'} Kind */

/**
 * A paragraph, line by line.
 *
 * @typedef {{ readonly kind: Kind, readonly lines: readonly Line[] }} Paragraph
 */

/**
 * The comments of a source file, without the marks around them and without their code.
 *
 * @param {string} path
 * @param {string} text
 */
export function commentsIn(path, text) {
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
    const before = text.slice(text.lastIndexOf('\n', pos) + 1, pos)
    // A gap between two comments ends the paragraph, and so does code in front of a comment.
    if (lines.at(-1)?.line !== first - 1 || before.trim() !== '')
      lines.push({ line: first - 1, text: '' })
    let inExample = false
    for (const [index, line] of text.slice(pos, end).split('\n').entries()) {
      const words = line.replace(/^\s*(\/\/|\/\*+|\*(?!\/))? ?/, '').replace(/\s*\*+\/\s*$/, '')
      if (words.startsWith('@')) inExample = words.startsWith('@example')
      lines.push({ line: first + index, text: inExample ? '' : words })
    }
  }
  return paragraphsOf('comment', lines)
}

/**
 * Strings that look like words for a reader: with a blank, and with a mark of punctuation. Strings
 * that are joined with a plus are one string, a placeholder counts as one word, and a tag of HTML
 * ends a sentence. Statements of SQL, style sheets and
 * configuration files are no words.
 *
 * @param {string} path
 * @param {string} text
 * @returns {readonly Paragraph[]}
 */
export function messagesIn(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {Paragraph[]} */
  const messages = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'sql') return
    const message = textOf(node)
    if (message === undefined) {
      ts.forEachChild(node, visit)
      return
    }
    if (isForReaders(message)) {
      const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
      const lines = message
        .replaceAll(/<[^>]*>/g, '\n\n')
        .split('\n')
        .map((part, index) => ({ line: first + index, text: part }))
      messages.push(...paragraphsOf('message', lines))
    }
    placeholdersIn(node).forEach(visit)
  }
  visit(file)
  return messages
}

/** @param {string} text */
function isForReaders(text) {
  if (/\b(SELECT|CREATE|INSERT|PRIMARY KEY)\b/.test(text)) return false
  const isConfiguration = text.includes('\n') && !/[.?!](\s|$)/.test(text)
  return /\S\s+\S/.test(text) && /[.,:;?!]/.test(text) && !/[{;]\n/.test(text) && !isConfiguration
}

/**
 * The text of a string, of a template, or of several that are joined.
 *
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression)
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('')
  if (!isSum(node)) return undefined
  const [left, right] = [textOf(node.left), textOf(node.right)]
  return left === undefined && right === undefined ? undefined : `${left ?? 'X'}${right ?? 'X'}`
}

/**
 * The code between the words of a string.
 *
 * @param {ts.Node} node
 * @returns {readonly ts.Node[]}
 */
function placeholdersIn(node) {
  if (ts.isStringLiteralLike(node)) return []
  if (ts.isParenthesizedExpression(node)) return placeholdersIn(node.expression)
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression)
  return isSum(node) ? [node.left, node.right].flatMap(partsOf) : []
}

/** @param {ts.Node} node */
function partsOf(node) {
  return textOf(node) === undefined ? [node] : placeholdersIn(node)
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.BinaryExpression}
 */
function isSum(node) {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken
}

/** @param {string} text */
export function documentationIn(text) {
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
export function longSentences({ lines }) {
  const ends = lines.map((_, index) =>
    lines.slice(0, index + 1).reduce((sum, { text }) => sum + text.length + 1, 0),
  )
  const sentences = lines
    .map(({ text }) => text)
    .join(' ')
    .split(/(?<=[.!?]["'”)`*_]*\s)(?=(?:–\s)?["'“(`*_[]*[\p{Lu}\d`…])/u)
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
