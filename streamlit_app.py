"""The app: `streamlit run streamlit_app.py`; its table of contents is `pages/navigation.py`."""

import streamlit as st

from wiseft.app.startup import lifespan

# The script lies beside the folders of the pages: beside a folder named `pages`, Streamlit would
# take the first visit by a link for one to its older kind of pages, and say that there is none.
app = st.App("pages/navigation.py", lifespan=lifespan)
