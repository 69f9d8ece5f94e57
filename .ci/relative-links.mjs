import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const link = /(!?)\[([^\]]*)\]\((?![a-z][a-z\d+.-]*:|#)([^)#\s]+)(#[^)\s]*)?\)/g

/**
 * The relative links of a Markdown text: pages and images, without those inside the page itself.
 *
 * @param {string} text
 */
export function relativeLinks(text) {
  return [...text.matchAll(link)].map(([whole, mark, words = '', target = '']) => ({
    whole,
    words,
    target,
    isImage: mark === '!',
  }))
}

/**
 * The targets of a page's relative links that do not exist.
 *
 * @param {string} page - Path of the Markdown file.
 * @param {string} text
 */
export function deadLinks(page, text) {
  return relativeLinks(text)
    .map(({ target }) => target)
    .filter((target) => !existsSync(join(dirname(page), target)))
}
