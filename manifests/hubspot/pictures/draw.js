// Draws what the vendor's test kit says was rendered, in a stand-in for HubSpot's column: ours, not HubSpot's own parts.
// ?show=ticket,contact names the pictures, ?page=1 draws them wide.
const el = (name, props, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const box = (name, kind = '') => (node, inside) => el(name, { className: `${node.name} ${kind || (node.props.variant ?? '')}` }, ...inside);
const each = (inside) => inside.map((child) => el('li', {}, child));
const state = (icon) => (node, inside) =>
  el('div', { className: 'EmptyState' }, el('div', { className: 'icon', ariaHidden: 'true' }, icon), el('h4', {}, node.props.title), ...inside);

// Name in the tree -> element. A part that is not listed here stops the drawing.
const PARTS = {
  '': (node, inside) => el('div', {}, ...inside),
  Accordion: (node, inside) => el('details', { className: 'Accordion', open: true }, el('summary', {}, node.props.title), ...inside),
  Alert: (node, inside) => el('div', { className: `Alert ${node.props.variant}` }, el('strong', {}, node.props.title), el('p', {}, ...inside)),
  Button: (node, inside) => el('button', { disabled: Boolean(node.props.disabled) }, ...inside),
  ButtonRow: box('div'),
  DescriptionList: box('dl'),
  DescriptionListItem: (node, inside) => el('div', {}, el('dt', {}, node.props.label), el('dd', {}, ...inside)),
  Divider: () => el('hr'),
  EmptyState: state('◌'),
  ErrorState: state('⊘'),
  Flex: (node, inside) => {
    const { direction = 'row', gap = 'flush', wrap } = node.props;
    return el('div', { className: `Flex ${direction} ${gap} ${wrap ? 'wrap' : ''}` }, ...inside);
  },
  Heading: box('h4'),
  Link: (node, inside) => el('a', { href: node.props.href.url }, ...inside),
  List: (node, inside) => el(node.props.variant.startsWith('ordered') ? 'ol' : 'ul', {}, ...each(inside)),
  LoadingSpinner: (node) => el('div', { className: 'LoadingSpinner', role: 'status' }, el('span', { className: 'ring' }), node.props.label),
  StatusTag: (node, inside) => el('span', { className: `StatusTag ${node.props.variant}` }, el('i', { className: 'dot' }), ...inside),
  Table: box('table'),
  TableBody: box('tbody'),
  TableCell: box('td'),
  TableHead: box('thead'),
  TableHeader: box('th'),
  TableRow: box('tr'),
  Tag: box('span'),
  Text: (node, inside) => {
    const weight = node.props.format?.fontWeight ?? '';
    return el(node.props.inline ? 'span' : 'p', { className: `Text ${node.props.variant ?? ''} ${weight}` }, ...inside);
  },
};

const draw = (node) => (typeof node === 'string' ? node : PARTS[node.name](node, node.children.map(draw)));

const asked = new URLSearchParams(location.search);
const views = await (await fetch('build/trees.json')).json();
document.body.classList.toggle('page', asked.has('page'));
for (const name of asked.get('show').split(',')) {
  const { title, tree } = views[name];
  const card = el('section', { className: 'card' }, el('h3', {}, 'Attune'), draw(tree));
  document.querySelector('main').append(el('article', {}, el('h2', {}, title), card));
}
document.body.dataset.drawn = 'true';
