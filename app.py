"""Home: what Gradient Lab is, one live example, and the way to every screen."""

import streamlit as st

from pages.parts import shell

shell.frame("Home")
st.title("Gradient Lab")
