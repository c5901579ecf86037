// Opens links between the pages as the navigation does, without loading the app anew. What a link
// is used for otherwise, as in a tab of its own, stays with the browser.
export default function () {
  if (window.followsLinks) return;
  window.followsLinks = true;
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((each) => each.localName === "a");
    const held = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || event.defaultPrevented || event.button !== 0 || held) return;
    const elsewhere = ![null, "", "_self"].includes(link.getAttribute("target"));
    const href = link.getAttribute("href") ?? "#";
    if (elsewhere || href.startsWith("#") || link.hasAttribute("download")) return;
    const url = new URL(href, document.baseURI);
    if (url.origin !== location.origin) return;
    event.preventDefault();
    // Streamlit follows the history of the browser, which is how one goes back and forth in it.
    history.pushState({}, "", url);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  });
}
