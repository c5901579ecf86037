// Numbers as the rest of the page prints them (wiseft/text.py). They arrive as tenths of a per
// cent that are rounded already: 966 is 96.6 %.

const THIN = "\u2009";
const MINUS = "\u2212";
const NOTHING = "\u2013";

/** 966 as "96.6"; a dash where there is no number. */
function tenths(value) {
  return value === null ? NOTHING : (value / 10).toFixed(1);
}

/** 966 as "96.6 %". */
function percent(value) {
  return value === null ? NOTHING : `${tenths(value)}${THIN}%`;
}

/** A change of 64 as "+6.4", of -7 as "−0.7". */
function points(value) {
  if (value === null) return NOTHING;
  const sign = value > 0 ? "+" : value < 0 ? MINUS : "";
  return sign + tenths(Math.abs(value));
}

/** The size of a change: 7 as "0.7 pp". */
function distance(value) {
  return `${tenths(value)}${THIN}pp`;
}

/** An alpha with two to four decimals: "0.70", "0.125". */
function coefficient(alpha) {
  const [whole, decimals] = alpha.toFixed(4).split(".");
  const rest = decimals.slice(2).replace(/0+$/, "");
  return `${whole}.${decimals.slice(0, 2)}${rest}`.replace("-", MINUS);
}

/** The index of the number that is nearest to another. */
function nearestIn(numbers, wanted) {
  const away = numbers.map((number) => Math.abs(number - wanted));
  return away.indexOf(Math.min(...away));
}

/** What is known at an alpha by its index: one value for all, or one for each. */
function valueAt(values, index) {
  return Array.isArray(values) ? values[index] : values;
}

const WHOLE = new Intl.NumberFormat("en-GB");

/** 2016 as "2,016". */
function thousands(count) {
  return WHOLE.format(count);
}
