"""The app's table of contents: every page, in the order of the navigation."""

import streamlit as st

# In one list: as sections they would be menus, which hide the page that one is on.
st.navigation(
    [
        st.Page("explore/frontier.py", title="Frontier", default=True),
        st.Page("explore/classes.py", title="Classes"),
        st.Page("explore/images.py", title="Images"),
        st.Page("explore/flips.py", title="Flips"),
        st.Page("explore/slices.py", title="Slices"),
        st.Page("explore/published.py", title="Published"),
        st.Page("run/finetune.py", title="Fine-tune"),
        st.Page("run/data.py", title="Data"),
        st.Page("run/checkpoints.py", title="Checkpoints"),
        st.Page("run/jobs.py", title="Jobs"),
    ],
    position="top",
).run()
