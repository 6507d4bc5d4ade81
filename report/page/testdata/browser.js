// Opens pages in Chromium and says what it finds there: one line of JSON for each visit.
import { browser } from 'k6/browser';

export const options = {
  scenarios: { page: { executor: 'shared-iterations', maxDuration: '2m', options: { browser: { type: 'chromium' } } } },
};

// Runs in the page before anything of its own.
const witness = `
  window.seen = [];
  addEventListener('error', (e) => seen.push('error: ' + e.message));
  addEventListener('unhandledrejection', (e) => seen.push('rejection: ' + e.reason));
  document.addEventListener('securitypolicyviolation', (e) => seen.push('forbidden: ' + e.violatedDirective + ' ' + e.blockedURI));
  window.alert = (text) => seen.push('alert: ' + text);
`;

// What reaches beyond the page's edge, but for what can be scrolled within it.
function beyond() {
  const width = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > width ? [`the page is ${document.documentElement.scrollWidth} of ${width} wide`] : [];
  const scrolls = (element) => {
    const around = element.closest('.scroll > *, .hear')?.parentNode;
    return around && (element.closest('.hear') || getComputedStyle(around).overflowX === 'auto');
  };
  for (const element of document.querySelectorAll('body *')) {
    const { right, left, width: own } = element.getBoundingClientRect();
    if (own > 0 && (right > width + 1 || left < -1) && !scrolls(element)) {
      found.push(`${element.tagName} ${element.getAttribute('class')} ${Math.round(left)} to ${Math.round(right)}: ${element.textContent.slice(0, 40)}`);
    }
  }
  return found.slice(0, 5);
}

// Letters that lie upon one another along an axis.
function collisions() {
  const found = [];
  for (const picture of document.querySelectorAll('.picture, .strip.foot')) {
    for (const kind of ['x', 'y']) {
      const boxes = [...picture.querySelectorAll(`:scope > .tick.${kind}`)].map((t) => t.getBoundingClientRect()).filter((b) => b.width > 0);
      boxes.sort((a, b) => (kind === 'x' ? a.left - b.left : a.top - b.top));
      for (let i = 1; i < boxes.length; i++) {
        if (kind === 'x' ? boxes[i].left < boxes[i - 1].right : boxes[i].top < boxes[i - 1].bottom - 4) found.push(`${kind} ${picture.getAttribute('aria-label')}`);
      }
    }
  }
  return found;
}

// k6's browser module waits in vain for a new page now and then, which says nothing of the page that is to be opened in it.
async function newPage(options, scripted) {
  for (let attempt = 1; ; attempt++) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(15000);
    if (scripted) await context.addInitScript(witness);
    try {
      return { context, page: await context.newPage() };
    } catch (e) {
      if (attempt === 3) throw e;
    }
  }
}

// The module loses a page now and then, too: what is wrong with the page itself is wrong each time.
async function visit(asked, attempt = 1) {
  const { path, width, scheme, media, script, screenshot, height } = asked;
  const { context, page } = await newPage({
    viewport: { width, height: height ?? 900 }, colorScheme: scheme ?? 'light', javaScriptEnabled: script !== false,
  }, script !== false);
  const said = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('request', (request) => { if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) said.push(`asked for ${request.url()}`); });
  await page.goto(`file://${path}`);
  if (media) await page.emulateMedia({ media });
  const found = { said };
  let lost = false;
  try {
    found.beyond = await page.evaluate(beyond);
    found.collisions = await page.evaluate(collisions);
    found.background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    found.verdicts = await page.evaluate(() => [...document.querySelectorAll('.card')].map((card) => {
      const { width, height } = card.querySelector('.badge').getBoundingClientRect();
      return `${card.querySelector('.strategy').textContent.trim()} ${width > 0 && height > 0 ? card.dataset.verdict : 'unseen'}`;
    }));
    if (screenshot) await page.screenshot({ path: screenshot });
    Object.assign(found, await use(page, script !== false));
    if (script !== false) found.said.push(...await page.evaluate(() => window.seen));
  } catch (e) {
    lost = true;
    found.said.push(`the test: ${e}`);
  }
  await page.close();
  await context.close();
  return lost && attempt < 3 ? visit(asked, attempt + 1) : found;
}

// Switches a series off and on, changes the panel, and points at a line: as one does with a mouse.
async function use(page, scripted) {
  const found = {};
  const seen = (selector) => page.evaluate((s) => [...document.querySelectorAll(s)].filter((e) => e.getClientRects().length > 0).length, selector);
  const press = (selector) => page.evaluate((s) => document.querySelector(s)?.click(), selector);
  const series = '#distributions .series.s-multi', legend = '#distributions .legend .s-multi input';
  found.series = [await seen(series)];
  for (let i = 0; i < 2; i++) {
    await press(legend);
    found.series.push(await seen(series));
  }
  const panels = () => page.evaluate(() => [...document.querySelectorAll('#anatomy .panel, #time .panel')].map((p) => p.getClientRects().length > 0));
  found.panels = [await panels()];
  await press('#anatomy-1');
  found.panels.push(await panels());
  await press('#anatomy-0');

  const at = await page.evaluate(() => {
    const plot = document.querySelector('#distributions .plot');
    if (!plot) return null;
    plot.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = plot.getBoundingClientRect();
    return { x: left + 1, y: top + height * 0.1 };
  });
  if (at) {
    const tip = () => page.evaluate(() => {
      const element = document.getElementById('tip');
      return element.hidden ? '' : element.textContent;
    });
    const end = Date.now() + 10000; // a scroll that ends late hides the tip, until the mouse moves again
    let turn = 0;
    do {
      await page.mouse.move(at.x + (turn++ % 2) / 2, at.y);
      found.tip = await tip();
    } while (scripted && !found.tip && Date.now() < end);
  }
  return found;
}

export default async function () {
  for (const one of JSON.parse(__ENV.VISITS)) console.log(JSON.stringify(await visit(one)));
}
