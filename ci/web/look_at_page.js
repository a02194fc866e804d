// SPDX-License-Identifier: MIT
// node look_at_page.js FILE.html [PICTURES]: opens the page in Chromium, light and dark, wide and as
// wide as a phone, and prints what is there as one JSON object: requests beyond the file itself,
// messages of the console, points of the plots, sections, lanes and arrows of a schedule, and whether
// anything sticks out at the side. With PICTURES a .png of each goes to that prefix.
'use strict';
const path = require('path');
const { pathToFileURL } = require('url');

const puppeteer = require(path.join(process.env.BP_NODE_MODULES, 'puppeteer-core'));
const page_url = pathToFileURL(path.resolve(process.argv[2])).href;
const pictures = process.argv[3];

const looks = [
  { name: 'light', width: 1280, scheme: 'light' },
  { name: 'dark', width: 1280, scheme: 'dark' },
  { name: 'phone', width: 390, scheme: 'light' },
];

/// In the page: what a reader would see.
function seen() {
  const count = (selector) => document.querySelectorAll(selector).length;
  const shown = [...document.querySelectorAll('svg.plot')].filter((s) => s.getBoundingClientRect().height > 50);
  return {
    title: document.title,
    sections: [...document.querySelectorAll('section')].map((s) => s.id),
    plots: shown.length,
    points: count('svg.plot .point'),
    points_outside: [...document.querySelectorAll('svg.plot .point')].filter((c) => {
      const box = c.ownerSVGElement.viewBox.baseVal;
      const x = Number(c.getAttribute('cx')), y = Number(c.getAttribute('cy'));
      return !(x >= 0 && x <= box.width && y >= 0 && y <= box.height);
    }).length,
    units: [...document.querySelectorAll('svg.plot .unit')].map((t) => t.textContent),
    crashes: count('.crash'),
    pictures: count('svg.lives'),
    marks: count('pre mark'),
    maps: [...document.querySelectorAll('svg.map')].filter((s) => s.getBoundingClientRect().height > 50).length,
    maps_at_fault: count('svg.at-fault .fault'),
    map_blocks_outside: [...document.querySelectorAll('svg.map rect')].filter((r) => {
      const box = r.ownerSVGElement.viewBox.baseVal;
      return !(r.x.baseVal.value >= 0 && r.x.baseVal.value + r.width.baseVal.value <= box.width);
    }).length,
    lanes: [...document.querySelectorAll('#steps text.zone')].map((t) => t.textContent),
    steps: [...document.querySelectorAll('#steps svg.steps rect')].filter((r) => /^s-/.test(r.getAttribute('class'))).length,
    arrows: [...document.querySelectorAll('#steps line.reads')].filter((l) => {
      const box = l.getBoundingClientRect();
      return box.width > 1 && box.height > 1;
    }).length,
    arrows_outside: [...document.querySelectorAll('#steps line.reads')].filter((l) => {
      const box = l.ownerSVGElement.viewBox.baseVal;
      const inside = (x, y) => x >= 0 && x <= box.width && y >= 0 && y <= box.height;
      return !(inside(l.x1.baseVal.value, l.y1.baseVal.value) && inside(l.x2.baseVal.value, l.y2.baseVal.value));
    }).length,
    owned: count('#owners rect.own'),
    verdict: [...document.querySelectorAll('p.verdict')].map((p) => p.textContent).join(),
    texts_cut: [...document.querySelectorAll('svg text')].filter((t) => {
      const text = t.getBoundingClientRect(), picture = t.ownerSVGElement.getBoundingClientRect();
      return text.left < picture.left - 1 || text.right > picture.right + 1;
    }).map((t) => t.textContent),
    elements_smuggled: count('[data-smuggled]'),
    wider_than_window: document.documentElement.scrollWidth > window.innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
    text: document.body.innerText.length,
  };
}

async function look(browser, { name, width, scheme }) {
  const page = await browser.newPage();
  const requests = [], console_lines = [];
  page.on('request', (r) => { if (r.url() !== page_url) requests.push(r.url()); });
  page.on('console', (m) => console_lines.push(m.text()));
  page.on('pageerror', (e) => console_lines.push(String(e)));
  await page.setViewport({ width, height: 900, isMobile: width < 600, hasTouch: width < 600 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(page_url, { waitUntil: 'networkidle0' });
  const answer = { name, requests, console: console_lines, ...(await page.evaluate(seen)) };
  if (pictures) await page.screenshot({ path: `${pictures}-${name}.png`, fullPage: true });
  await page.close();
  return answer;
}

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.BP_CHROMIUM,
    headless: true,
    // The page is our own file, and a container has no namespaces to build a sandbox of.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    const answers = [];
    for (const one of looks) answers.push(await look(browser, one));
    console.log(JSON.stringify(answers));
  } finally {
    await browser.close();
  }
})().catch((e) => { console.error(String(e)); process.exit(3); });
