// Asks for a rerun where the page shows another scheme than its figures were drawn for.
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.host ?? parentElement;
  const scheme = getComputedStyle(host).colorScheme;
  if (scheme !== data.scheme) setTriggerValue("changed", scheme);
}
