// A link within the page would put its # into the address, and Streamlit takes no Back to an address with one.
export default function ({ parentElement }) {
  parentElement.querySelector("a").onclick = (event) => {
    event.preventDefault();
    const stage = document.querySelector(".st-key-stage");
    if (!stage) return;
    stage.tabIndex = -1;
    stage.focus();
  };
}
