"""The app's table of contents: `streamlit run streamlit_app.py`."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/explore/frontier.py", title="Frontier", default=True),
        st.Page("pages/explore/classes.py", title="Classes"),
        st.Page("pages/explore/published.py", title="Published"),
    ],
    position="top",
).run()
