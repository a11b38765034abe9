// Go to the place that answers the question, and stay there while what stands above it is still growing.
{
  const SETTLED_MS = 15_000; // a cold server's first charts take 4 s, on a busy machine 12
  const place = document.querySelector(".st-key-asked");
  const go = () => place.scrollIntoView({ block: "start" });
  const growing = new ResizeObserver(go);
  growing.observe(place.closest("[data-testid=stMainBlockContainer]"));
  const stop = () => growing.disconnect();
  for (const event of ["wheel", "pointerdown", "keydown"]) addEventListener(event, stop, { once: true });
  setTimeout(stop, SETTLED_MS);
}
